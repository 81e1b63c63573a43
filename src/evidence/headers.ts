import type { Mail } from '../mail/mail.ts';
import type { HeaderField, Message } from '../message/message.ts';
import type { EvidenceSource } from './evidence.ts';
import { type PathFacts, pathOf } from './headers-path.ts';
import { organizationOf } from './names/organization.ts';

export interface HeaderFacts extends PathFacts {
  readonly receivedCount: number;
  readonly messageIdPresent: boolean;
  /** Domain after the @ of the Message-ID. */
  readonly messageIdDomain: string;
  readonly messageIdMatchesFrom: boolean;
  readonly datePresent: boolean;
  /** Hours from Date to reception; null where either is unknown. */
  readonly dateSkewHours: number | null;
  readonly subjectPresent: boolean;
  readonly subjectClaimsReply: boolean;
  /** Re: or Fwd: without In-Reply-To or References. */
  readonly fakeReply: boolean;
  readonly listUnsubscribe: boolean;
  readonly oneClickUnsubscribe: boolean;
  readonly listId: boolean;
  readonly bulk: boolean;
  readonly autoSubmitted: boolean;
  /** A recipient of the envelope is in To or Cc; null where the envelope is unknown. */
  readonly recipientInTo: boolean | null;
  readonly toCount: number;
  readonly undisclosedRecipients: boolean;
  /** Characters outside ASCII in the subject, share 0 to 1. */
  readonly subjectNonAscii: number;
  /** Capitals among the letters of the subject, share 0 to 1. */
  readonly subjectUpperShare: number;
  readonly subjectChars: number;
  /** Fields that RFC 5322 3.6 allows once, and that are there more often. */
  readonly duplicateSingletons: number;
  /** 50 or more Received fields: a loop. */
  readonly received50: boolean;
}

/** RFC 5322 section 3.6: at most once each. */
const SINGLETONS = new Set(
  'date from sender reply-to to cc bcc message-id in-reply-to references subject'.split(' '),
);
/** A message on its way has a dozen hops; RFC 5321 section 6.3 asks for a limit of at least 100, MTAs use 50. */
const LOOP_HOPS = 50;
/** A subject is judged by its first part: the rest is not shown anywhere. */
const SUBJECT_CHARS = 500;
const HOUR_MS = 3_600_000;

/** Re:, Fwd: and their like in other languages, with a counter ("Re[2]:"). */
const REPLY =
  /^\s*(?:re|aw|sv|vs|antw|odp|rv|res|ref|fwd?|wg|tr|rif|enc|i|doorst|pd|回复|返信|転送)(?:\[\d{1,3}\])?\s*[:：]/iu;

/** What the header says about itself. Nothing here looks at order, letter case or rare names: those tell the mailbox. */
export function headersSource(ownDomains: readonly string[] = []): EvidenceSource<'headers'> {
  const own = new Set(ownDomains.map((domain) => domain.toLowerCase()));
  return {
    name: 'headers',
    onFailure: 'open',
    gather(mail, message) {
      const fields = new Fields(message.headers);
      return {
        ...identification(message, fields, mail),
        ...subject(message, fields),
        ...kind(fields),
        ...recipients(mail, message),
        ...pathOf(mail, message, own),
      };
    },
  };
}

/** Header fields by name, counted once. */
class Fields {
  readonly #first = new Map<string, string>();
  readonly #counts = new Map<string, number>();

  constructor(headers: readonly HeaderField[]) {
    for (const { name, value } of headers) {
      if (!this.#first.has(name)) this.#first.set(name, value);
      this.#counts.set(name, this.count(name) + 1);
    }
  }

  count(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  has(name: string): boolean {
    return this.#counts.has(name);
  }

  value(name: string): string {
    return (this.#first.get(name) ?? '').trim().toLowerCase();
  }

  get duplicateSingletons(): number {
    return [...SINGLETONS].filter((name) => this.count(name) > 1).length;
  }
}

function identification(message: Message, fields: Fields, mail: Mail) {
  const { messageId, date } = message;
  const domain = messageId.slice(messageId.lastIndexOf('@') + 1).toLowerCase();
  const messageIdDomain = messageId.includes('@') ? domain : '';
  const from = organizationOf(message.from.find((mailbox) => mailbox.domain !== '')?.domain ?? '');
  const received = fields.count('received');
  return {
    receivedCount: received,
    received50: received >= LOOP_HOPS,
    messageIdPresent: messageId !== '',
    messageIdDomain,
    messageIdMatchesFrom: from !== '' && organizationOf(messageIdDomain) === from,
    datePresent: fields.has('date'),
    dateSkewHours: date === null ? null : finite((mail.receivedAt.getTime() - date.getTime()) / HOUR_MS),
    duplicateSingletons: fields.duplicateSingletons,
  };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function subject(message: Message, fields: Fields) {
  const text = message.subject.slice(0, SUBJECT_CHARS);
  const claimsReply = REPLY.test(text);
  let letters = 0;
  let capitals = 0;
  let nonAscii = 0;
  for (const sign of text) {
    if (sign > '\x7f') nonAscii++;
    const isCapital = sign !== sign.toLowerCase();
    if (isCapital) capitals++;
    if (isCapital || sign !== sign.toUpperCase()) letters++;
  }
  return {
    subjectPresent: text.trim() !== '',
    subjectClaimsReply: claimsReply,
    fakeReply: claimsReply && !fields.has('in-reply-to') && !fields.has('references'),
    subjectNonAscii: text === '' ? 0 : nonAscii / [...text].length,
    subjectUpperShare: letters === 0 ? 0 : capitals / letters,
    subjectChars: text.length,
  };
}

function kind(fields: Fields) {
  const precedence = fields.value('precedence');
  const automatic = fields.value('auto-submitted');
  return {
    listUnsubscribe: fields.has('list-unsubscribe'),
    // RFC 8058 section 3.1
    oneClickUnsubscribe: fields.value('list-unsubscribe-post').includes('one-click'),
    listId: fields.has('list-id'),
    bulk: precedence === 'bulk' || precedence === 'list' || precedence === 'junk',
    // RFC 3834 section 5
    autoSubmitted: automatic !== '' && automatic !== 'no',
  };
}

function recipients(mail: Mail, message: Message) {
  const shown = new Set([...message.to, ...message.cc].map(({ address }) => address.toLowerCase()));
  shown.delete('');
  const { rcptTo } = mail.envelope;
  return {
    recipientInTo: rcptTo.length === 0 ? null : rcptTo.some((rcpt) => shown.has(rcpt.toLowerCase())),
    toCount: shown.size,
    undisclosedRecipients: shown.size === 0,
  };
}
