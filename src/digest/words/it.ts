import type { DigestWords } from '../words.ts';

export const italian: DigestWords = {
  subject: (count) =>
    count === 1
      ? 'Un messaggio è stato trattenuto per lei'
      : `${count} messaggi sono stati trattenuti per lei`,
  greeting: 'Buongiorno,',
  intro: (count, address) =>
    count === 1
      ? `dall'ultima di queste lettere il filtro di posta ha trattenuto un messaggio per ${address}.`
      : `dall'ultima di queste lettere il filtro di posta ha trattenuto ${count} messaggi per ${address}.`,
  what: "Se non ne aspettava nessuno, non c'è nulla da fare: dopo qualche tempo vengono cancellati.",
  more: (count) => `E altri ${count}, che qui non sono elencati.`,
  columns: { from: 'Da', subject: 'Oggetto', date: 'Data', reason: 'Perché' },
  noSubject: '(senza oggetto)',
  release: 'Consegna questo messaggio',
  ask: 'Chiedi questo messaggio',
  links: (days) =>
    `Ogni collegamento vale una volta, per ${days} giorni, solo per questo messaggio. Mostra una pagina; non accade nulla prima che vi prema il pulsante.`,
  off: 'Non voglio più queste lettere',
  reasons: {
    credential_phishing: 'sembra cercare dati di accesso',
    bec: 'sembra venire da una persona diversa da quella indicata',
    invoice_fraud: 'la fattura non sembra autentica',
    callback_phishing: 'sembra attirare verso una telefonata',
    extortion: 'sembra essere una minaccia',
    scam: 'sembra essere un inganno',
    malware: 'contiene qualcosa di pericoloso',
    spam: 'sembra pubblicità indesiderata',
    other: 'non rispetta le regole di questo sistema di posta',
  },
  pages: {
    releaseTitle: 'Consegna di un messaggio trattenuto',
    releaseText: "Questo messaggio è stato trattenuto per lei. Lo faccia consegnare solo se sa che cos'è.",
    releaseButton: 'Consegna',
    released: 'Il messaggio è in viaggio verso la sua casella.',
    askTitle: 'Richiesta di un messaggio trattenuto',
    askText: 'Questo messaggio è stato trattenuto per lei. Chi cura la posta decide se viene consegnato.',
    askButton: 'Chiedi',
    asked: 'La sua richiesta è annotata. Qualcuno la guarderà.',
    offTitle: 'Niente più lettere',
    offText: 'Non riceverà più lettere sulla posta trattenuta. I messaggi trattenuti restano come prima.',
    offButton: 'Non inviarne più',
    turnedOff: 'Non riceverà più queste lettere.',
    deadTitle: 'Questo collegamento non vale più',
    deadText:
      'È già stato usato, o il suo tempo è passato. Ciò che è ancora trattenuto sarà nella prossima lettera; oppure chieda a chi cura la posta.',
    goneText: 'Questo messaggio non è più trattenuto: nel frattempo è stato consegnato o cancellato.',
    failedText:
      'Ora non è stato possibile consegnarlo, ed è ancora trattenuto. Riprovi più tardi con lo stesso collegamento.',
    busyText: 'Ci sono troppe richieste. Riprovi tra un minuto.',
  },
};
