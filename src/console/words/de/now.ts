import type { Words } from '../en.ts';

export const now: Words['now'] = {
  lead: 'Die letzte Stunde an diesem Gate, für die Empfänger, die Sie sehen. Andere Gates haben ihre eigene Seite; die Quarantäne ist gemeinsam.',
  messages: 'Nachrichten',
  lastHour: 'in der letzten Stunde',
  stopped: 'Gehalten oder abgewiesen',
  tagged: 'Markiert',
  held: 'In Quarantäne',
  oldest: (ago) => `älteste ${ago}`,
  asked: (count) => `${count} erbeten`,
  noneHeld: 'nichts wird gehalten',
  perMinute: 'Mail pro Minute',
  asOf: (time) => `Stand ${time}`,
  cut: 'Es kam mehr Mail, als diese Seite behält: Die Stunde beginnt später, als sie gezeichnet ist.',
  noMail: 'Keine Mail in der letzten Stunde',
  noMailNext:
    'Wo Mail kommen sollte: Prüfen Sie, ob MX oder MTA vor diesem Gate an seine Adresse senden, und fragen Sie das Gate selbst:',
  troubles: 'Was nicht in Ordnung ist',
  allWell: 'Alles antwortet.',
  checkFailed: (name, state) => `${name}: ${state}`,
  checks: {
    inspection: 'Prüfung',
    nextHop: 'Nächster Server',
    quarantine: 'Quarantäne',
    reputation: 'Gedächtnis der Absender',
  },
  todo: {
    inspection:
      'Mail wird aufgeschoben, bis ein Worker läuft. Das Log sagt, warum sie enden; „postern doctor“ prüft Modelle und Regeln.',
    nextHop:
      'Absender behalten ihre Mail und kommen wieder. Prüfen Sie, ob der MTA dahinter läuft und Verbindungen von hier annimmt.',
    quarantine:
      'Was gehalten würde, wird aufgeschoben. Prüfen Sie, ob die Platte voll ist und ob Speicher oder Datenbank antworten.',
    reputation:
      'Mail wird ohne das beurteilt, was über Absender bekannt ist. Prüfen Sie, ob der Speicher antwortet; das Versäumte wird nachgelernt.',
  },
  todoOther: 'Das Log des Dienstes sagt mehr.',
  failed: (what, reason, count, of) => `${what} ${reason} bei ${count} von ${of} Nachrichten`,
  reasons: {
    timedOut: 'kam nicht rechtzeitig',
    unavailable: 'war nicht erreichbar',
    overBudget: 'wurde abgekürzt',
    error: 'schlug fehl',
  },
  failedTodo:
    'Diese Nachrichten wurden ohne das beurteilt, wie es der Teil „failures“ der Konfiguration sagt.',
  replaced: (count, reason) =>
    `${count} Worker ${count === 1 ? 'wurde' : 'wurden'} seit dem Start ersetzt (${reason})`,
  replacedTodo:
    'Die Mail wurde von anderen noch einmal beurteilt. Geht es weiter, nennt das Log die Nachrichten darin.',
  latency: 'Wie lange es dauert',
  latencyMeans: 'Vom Ende der Daten bis zu unserer Antwort, und die Schritte darin.',
  stage: 'Schritt',
  half: 'Hälfte',
  total: 'Insgesamt',
  stages: {
    parse: 'Zerlegen',
    gather: 'Belege sammeln',
    measure: 'Messen',
    assess: 'Bewerten',
    decide: 'Entscheiden',
  },
  nothingYet: 'Noch wurde nichts gemessen.',
  campaigns: 'Kampagnen',
  campaignsMean:
    'Nachrichten, die einen Link oder eine Datei gemeinsam haben und nicht alle einfach zugestellt wurden.',
  noCampaign: 'Keine in der letzten Stunde.',
  noSubject: '(kein Betreff)',
  latest: 'Neueste Nachricht',
  shared: 'Was sie gemeinsam haben',
  category: 'Kategorie',
  verdicts: 'Entscheidungen',
  since: 'Seit',
  runs: 'Was läuft',
  version: 'Version',
  model: 'Modell',
  configuration: 'Konfiguration',
  asStarted: 'wie beim Start',
  taken: 'übernommen',
  changed: {
    config: 'Letzte Änderung daran',
    model: 'Letzte Änderung eines Modells',
    rule: 'Letzte Änderung einer Regel',
  },
};
