import type { Words } from '../en.ts';

export const trail: Words['trail'] = {
  title: 'Protokoll',
  lead: 'Wer was geändert hat, wann und warum. Nichts davon lässt sich vor seiner Zeit ändern oder entfernen.',
  ownLead: 'Was Sie geändert haben. Die Änderungen anderer sind für die, die alle Domains sehen.',
  actor: 'Wer',
  action: 'Handlung',
  subject: 'Was',
  since: 'Von',
  until: 'Bis',
  filter: 'Zeigen',
  at: 'Wann',
  before: 'Vorher',
  after: 'Nachher',
  reason: 'Warum',
  none: 'Nichts wurde geändert',
  noneText: 'Kein Eintrag passt. Nehmen Sie einen Filter weg, oder schauen Sie in eine andere Zeit.',
  problem: 'Das ist kein Datum.',
};
