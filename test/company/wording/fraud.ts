/** What somebody writes who wants money or mail and not to be noticed: few words, no link, no file. */
export interface Fraud {
  readonly presence: readonly string[];
  readonly transfer: readonly string[];
  readonly ledger: readonly string[];
  readonly newAccount: readonly string[];
  readonly vouchers: readonly string[];
  readonly secret: readonly string[];
  readonly salary: readonly string[];
  readonly friend: readonly string[];
  readonly subjects: Readonly<Record<Exclude<keyof Fraud, 'subjects'>, readonly string[]>>;
}

export const FRAUD: Readonly<Record<'en' | 'de', Fraud>> = {
  en: {
    presence: [
      'are you at your desk? I need something done today and cannot talk.',
      'have you got a moment? Please answer here, I am in a meeting.',
      'let me know when you are in. There is a thing I would like you to look after.',
    ],
    transfer: [
      'could you see that {amount} goes out to a new supplier today? I send the details when you are ready.',
      'how soon can a transfer of {amount} be made? It concerns {number}.',
      'please prepare a payment of {amount}, the papers follow. I would like to have it off the table by {hour}.',
    ],
    ledger: [
      'could you send me the list of open invoices with their due dates, and who looks after them on your side?',
      'I am putting our accounts in order. Which of our invoices are due with you in the next weeks?',
      'before we close the month: what is the state of payment of {number}? Please hold it for the moment, something has changed here.',
    ],
    newAccount: [
      'please note that our account is under review by the auditors. Kindly use the account below for {number} and what follows.',
      'as told to your colleague, we now receive payments elsewhere. The new details are below; please confirm when {amount} has left.',
      'a small correction to {number}: the account printed there is no longer in use. Please take the one below.',
      'our bank has trouble with incoming transfers this month. For {number} please use our second account:',
    ],
    vouchers: [
      'I would like to surprise the team and need some gift cards. Could you get them on your way and send me the codes? You get the money back on {day}.',
    ],
    secret: [
      'we accompany a purchase that your management has not announced yet. You were named to us as the person to arrange the first payment of {amount}. Please treat this with discretion.',
      'I act for the seller in a matter that is known to few of you. May I count on you for the formalities? It begins with {amount}.',
    ],
    salary: [
      'I have changed my bank. Can the new account be used for this month already? What do you need from me?',
      'please put my next pay on the account below, the old one is closed.',
    ],
    friend: [
      'I am abroad and lost my purse, can you help me out with {amount}? I pay it back on {day}.',
      'are you busy? I have a favour to ask and cannot phone.',
    ],
    subjects: {
      presence: ['Are you there?', 'Today', 'Quick one', 'Short question'],
      transfer: ['Payment today', '{number}', 'Supplier', 'Transfer'],
      ledger: ['Open invoices', 'Account statement', 'Invoice {number}', 'Month end'],
      newAccount: ['Invoice {number}', 'Our details', 'Payment of {number}', 'Correction to {number}'],
      vouchers: ['A surprise', 'Small favour'],
      secret: ['In confidence', 'Project {place}', 'Your help'],
      salary: ['My account', 'Pay'],
      friend: ['Favour', 'Hello'],
    },
  },
  de: {
    presence: [
      'bist du am Platz? Ich brauche heute etwas und kann nicht telefonieren.',
      'haben Sie kurz Zeit? Bitte hier antworten, ich sitze in einer Besprechung.',
      'sagen Sie mir, wenn Sie im Haus sind. Ich hätte etwas für Sie.',
    ],
    transfer: [
      'können Sie dafür sorgen, dass heute {amount} an einen neuen Lieferanten gehen? Die Daten schicke ich, sobald Sie so weit sind.',
      'wie schnell kann eine Überweisung über {amount} raus? Es geht um {number}.',
      'bitte bereiten Sie eine Zahlung von {amount} vor, die Unterlagen folgen. Bis {hour} hätte ich es gern vom Tisch.',
    ],
    ledger: [
      'können Sie mir die Liste der offenen Rechnungen mit Fälligkeit schicken, und wer sie bei Ihnen bearbeitet?',
      'ich bringe unsere Konten in Ordnung. Welche unserer Rechnungen werden bei Ihnen demnächst fällig?',
      'vor dem Monatsabschluss: wie ist der Stand bei {number}? Bitte vorerst anhalten, hier hat sich etwas geändert.',
    ],
    newAccount: [
      'unser Konto wird derzeit geprüft. Nutzen Sie für {number} und alles Weitere bitte das Konto unten.',
      'wie Ihrem Kollegen gesagt, empfangen wir Zahlungen jetzt anderswo. Die Daten stehen unten; bestätigen Sie bitte, wenn {amount} raus ist.',
      'kleine Korrektur zu {number}: das gedruckte Konto wird nicht mehr benutzt. Bitte nehmen Sie dieses:',
      'unsere Bank hat diesen Monat Probleme mit Eingängen. Für {number} bitte unser zweites Konto:',
    ],
    vouchers: [
      'ich möchte das Team überraschen und brauche Gutscheinkarten. Können Sie welche besorgen und mir die Nummern schicken? Das Geld bekommen Sie am {day}.',
    ],
    secret: [
      'wir begleiten einen Kauf, den Ihre Leitung noch nicht bekannt gegeben hat. Sie wurden uns für die erste Zahlung von {amount} genannt. Bitte behandeln Sie das diskret.',
      'ich vertrete die Verkäufer in einer Sache, von der bei Ihnen nur wenige wissen. Darf ich für die Formalien auf Sie zählen? Es beginnt mit {amount}.',
    ],
    salary: [
      'ich habe die Bank gewechselt. Geht das neue Konto schon für diesen Monat? Was brauchen Sie von mir?',
      'bitte mein nächstes Gehalt auf das Konto unten, das alte ist aufgelöst.',
    ],
    friend: [
      'ich bin im Ausland und mein Geldbeutel ist weg, kannst du mir mit {amount} aushelfen? Am {day} hast du es zurück.',
      'hast du gerade Zeit? Ich hätte eine Bitte und kann nicht anrufen.',
    ],
    subjects: {
      presence: ['Sind Sie da?', 'Heute', 'Kurz', 'Kurze Frage'],
      transfer: ['Zahlung heute', '{number}', 'Lieferant', 'Überweisung'],
      ledger: ['Offene Rechnungen', 'Kontoauszug', 'Rechnung {number}', 'Monatsende'],
      newAccount: ['Rechnung {number}', 'Unsere Daten', 'Zahlung {number}', 'Korrektur zu {number}'],
      vouchers: ['Überraschung', 'Kleine Bitte'],
      secret: ['Vertraulich', 'Projekt {place}', 'Ihre Hilfe'],
      salary: ['Mein Konto', 'Gehalt'],
      friend: ['Bitte', 'Hallo'],
    },
  },
};
