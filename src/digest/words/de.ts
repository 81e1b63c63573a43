import type { DigestWords } from '../words.ts';

export const german: DigestWords = {
  subject: (count) =>
    count === 1
      ? 'Eine Nachricht wurde für Sie zurückgehalten'
      : `${count} Nachrichten wurden für Sie zurückgehalten`,
  greeting: 'Guten Tag,',
  intro: (count, address) =>
    count === 1
      ? `seit dem letzten dieser Briefe hat der Mailfilter eine Nachricht an ${address} zurückgehalten.`
      : `seit dem letzten dieser Briefe hat der Mailfilter ${count} Nachrichten an ${address} zurückgehalten.`,
  what: 'Wenn Sie keine davon erwartet haben, ist nichts zu tun: Sie werden nach einiger Zeit gelöscht.',
  more: (count) => `Und ${count} weitere, die hier nicht aufgeführt sind.`,
  columns: { from: 'Von', subject: 'Betreff', date: 'Datum', reason: 'Warum zurückgehalten' },
  noSubject: '(ohne Betreff)',
  release: 'Diese Nachricht zustellen',
  ask: 'Um diese Nachricht bitten',
  links: (days) =>
    `Jeder Link gilt einmal, ${days} Tage lang, nur für diese Nachricht. Er zeigt eine Seite; es geschieht nichts, bevor Sie dort den Knopf drücken.`,
  off: 'Ich möchte diese Briefe nicht mehr',
  reasons: {
    credential_phishing: 'will offenbar an Zugangsdaten gelangen',
    bec: 'kommt offenbar von jemand anderem, als sie angibt',
    invoice_fraud: 'die Rechnung ist offenbar nicht echt',
    callback_phishing: 'will offenbar zu einem Anruf verleiten',
    extortion: 'ist offenbar eine Drohung',
    scam: 'ist offenbar eine Täuschung',
    malware: 'enthält etwas Gefährliches',
    spam: 'ist offenbar unerwünschte Werbung',
    other: 'entspricht nicht den Regeln dieses Mailsystems',
  },
  pages: {
    releaseTitle: 'Zurückgehaltene Nachricht zustellen',
    releaseText:
      'Diese Nachricht wurde für Sie zurückgehalten. Lassen Sie sie nur zustellen, wenn Sie wissen, was sie ist.',
    releaseButton: 'Zustellen',
    released: 'Die Nachricht ist auf dem Weg in Ihr Postfach.',
    askTitle: 'Um eine zurückgehaltene Nachricht bitten',
    askText:
      'Diese Nachricht wurde für Sie zurückgehalten. Wer das Mailsystem betreut, entscheidet über die Zustellung.',
    askButton: 'Darum bitten',
    asked: 'Ihre Bitte ist vermerkt. Jemand wird sie sich ansehen.',
    offTitle: 'Keine Briefe mehr',
    offText:
      'Sie erhalten keine Briefe über zurückgehaltene Mail mehr. Zurückgehaltenes bleibt zurückgehalten wie bisher.',
    offButton: 'Keine mehr senden',
    turnedOff: 'Sie erhalten keine dieser Briefe mehr.',
    deadTitle: 'Dieser Link gilt nicht mehr',
    deadText:
      'Er wurde schon benutzt, oder seine Zeit ist um. Was noch zurückgehalten ist, steht im nächsten Brief; oder fragen Sie die, die das Mailsystem betreuen.',
    goneText: 'Diese Nachricht ist nicht mehr zurückgehalten: Sie wurde inzwischen zugestellt oder gelöscht.',
    failedText:
      'Sie konnte gerade nicht zugestellt werden und ist weiter zurückgehalten. Bitte versuchen Sie denselben Link später.',
    busyText: 'Gerade gibt es zu viele Anfragen. Bitte versuchen Sie es in einer Minute wieder.',
  },
};
