import type { Words } from '../en.ts';

export const own: Words['own'] = {
  title: 'Meine Mail',
  lead: (address) => `Was für ${address} zurückgehalten wurde.`,
  nothing: 'Für Sie ist nichts zurückgehalten.',
  from: 'Von',
  subject: 'Betreff',
  heldAt: 'Zurückgehalten',
  reason: 'Warum',
  action: 'Was Sie tun können',
  release: 'Zustellen',
  ask: 'Darum bitten',
  asked: 'Erbeten',
  none: 'Nichts',
  older: 'Ältere Nachrichten',
  letters: 'Briefe',
  lettersOn: 'Sie erhalten einen Brief am Tag, wenn etwas für Sie zurückgehalten wurde.',
  lettersOff: 'Sie erhalten keine Briefe über zurückgehaltene Mail.',
  turnOff: 'Keine Briefe mehr senden',
  turnOn: 'Briefe senden',
  refused: 'Das steht Ihnen nicht zu.',
  gone: 'Diese Nachricht ist nicht mehr zurückgehalten.',
  failed:
    'Sie konnte gerade nicht zugestellt werden und ist weiter zurückgehalten. Bitte später noch einmal.',
};
