import type { DigestWords } from '../words.ts';

export const english: DigestWords = {
  subject: (count) => (count === 1 ? 'One message was held for you' : `${count} messages were held for you`),
  greeting: 'Hello,',
  intro: (count, address) =>
    count === 1
      ? `since the last of these letters the mail filter held one message to ${address}.`
      : `since the last of these letters the mail filter held ${count} messages to ${address}.`,
  what: 'If you expected none of them, there is nothing to do: they are deleted after some time.',
  more: (count) => `And ${count} more, which are not listed here.`,
  columns: { from: 'From', subject: 'Subject', date: 'Date', reason: 'Why it was held' },
  noSubject: '(no subject)',
  release: 'Deliver this message',
  ask: 'Ask for this message',
  links: (days) =>
    `Each link works once, for ${days} days, for this message alone. It shows a page; nothing happens before you press the button there.`,
  off: 'I want no more of these letters',
  reasons: {
    credential_phishing: 'seems to be after access data',
    bec: 'seems to come from somebody else than it says',
    invoice_fraud: 'the invoice seems not to be genuine',
    callback_phishing: 'seems to lure into a phone call',
    extortion: 'seems to be a threat',
    scam: 'seems to be a deception',
    malware: 'contains something dangerous',
    spam: 'seems to be unwanted advertising',
    other: 'did not pass the rules of this mail system',
  },
  pages: {
    releaseTitle: 'Deliver a held message',
    releaseText: 'This message was held for you. Have it delivered only if you know what it is.',
    releaseButton: 'Deliver it',
    released: 'The message is on its way to your mailbox.',
    askTitle: 'Ask for a held message',
    askText:
      'This message was held for you. Those who look after the mail system decide whether it is delivered.',
    askButton: 'Ask for it',
    asked: 'Your request is noted. Somebody will look at it.',
    offTitle: 'No more letters',
    offText: 'You will get no more letters about held mail. Held messages stay held as before.',
    offButton: 'Send me no more',
    turnedOff: 'You will get no more of these letters.',
    deadTitle: 'This link does not work any more',
    deadText:
      'It was used already, or its time is over. What is still held is in your next letter, or ask those who look after the mail system.',
    goneText: 'This message is not held any more: it was delivered or deleted meanwhile.',
    failedText: 'It could not be delivered just now, and is still held. Please try the same link later.',
    busyText: 'There are too many requests just now. Please try again in a minute.',
  },
};
