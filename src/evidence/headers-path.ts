import type { Mail } from '../mail/mail.ts';
import type { HeaderField, Message } from '../message/message.ts';
import { domainsAbove } from './lists/domain-set.ts';
import { organizationOf } from './names/organization.ts';

/** What the header says of the way, and whether that can be. */
export interface PathFacts {
  /** The client calls itself by the name of a recipient's domain or ours; null where HELO is unknown. */
  readonly heloClaimsRecipient: boolean | null;
  /** A hop is dated more than a day before the one it took the message from. */
  readonly receivedBackwards: boolean;
  /** The Message-ID is of none of From, return path and client; null without one. */
  readonly messageIdUnrelated: boolean | null;
  /** The Message-ID was made by a host without a full name. */
  readonly messageIdBare: boolean;
  /** List-Unsubscribe leads to the organisation of From. */
  readonly unsubscribeOfSender: boolean;
  /** To is the address of From: the real recipients are hidden. */
  readonly toIsFrom: boolean;
  /** A script of a web site says that it sent the message. */
  readonly scriptMailer: boolean;
  /** The message asks to be shown as important. */
  readonly highPriority: boolean;
}

const DAY_MS = 86_400_000;
/** Hops that are dated: forged ones are the first or the last. */
const HOPS = 24;
const DATE_CHARS = 80;

const domainOf = (address: string) => address.slice(address.lastIndexOf('@') + 1).toLowerCase();

export function pathOf(mail: Mail, message: Message, ownDomains: ReadonlySet<string>): PathFacts {
  const from = message.from.find(({ domain }) => domain !== '');
  const organization = organizationOf(from?.domain ?? '');
  const { helo, mailFrom } = mail.envelope;
  const heloOrganization = organizationOf(helo?.toLowerCase().replace(/\.$/, '') ?? '');
  const idDomain = message.messageId.includes('@') ? domainOf(message.messageId) : '';
  const idOrganization = organizationOf(idDomain);
  const near = [organization, organizationOf(domainOf(mailFrom ?? '')), heloOrganization];
  const [first, second] = message.to;
  return {
    heloClaimsRecipient:
      helo === null ? null : claims(helo.toLowerCase(), heloOrganization, mail, ownDomains),
    receivedBackwards: isBackwards(message.headers),
    messageIdUnrelated:
      message.messageId === '' ? null : idOrganization !== '' && !near.includes(idOrganization),
    messageIdBare: message.messageId !== '' && idOrganization === '',
    unsubscribeOfSender:
      organization !== '' &&
      message.links.some(({ where, host }) => where === 'header' && organizationOf(host) === organization),
    toIsFrom:
      from !== undefined &&
      second === undefined &&
      first !== undefined &&
      first.address.toLowerCase() === from.address.toLowerCase(),
    ...marks(message.headers),
  };
}

function claims(helo: string, organization: string, { envelope }: Mail, own: ReadonlySet<string>): boolean {
  for (const domain of domainsAbove(helo)) if (own.has(domain)) return true;
  return (
    organization !== '' &&
    envelope.rcptTo.some((recipient) => organizationOf(domainOf(recipient)) === organization)
  );
}

function marks(headers: readonly HeaderField[]) {
  let scriptMailer = false;
  let highPriority = false;
  for (const { name, value } of headers) {
    if (name === 'x-php-script' || name === 'x-php-originating-script') scriptMailer = true;
    else if (name === 'x-mailer' && /^php/i.test(value)) scriptMailer = true;
    else if (name === 'x-priority') highPriority ||= /^\s*[12]\b/.test(value);
    else if (name === 'importance') highPriority ||= /^\s*high\b/i.test(value);
  }
  return { scriptMailer, highPriority };
}

/** Received fields stand newest first (RFC 5321 section 4.4); clocks differ by minutes, not by a day. */
function isBackwards(headers: readonly HeaderField[]): boolean {
  let newer = Number.NaN;
  let hops = 0;
  for (const { name, value } of headers) {
    if (name !== 'received') continue;
    if (++hops > HOPS) break;
    const time = Date.parse(
      value
        .slice(value.lastIndexOf(';') + 1)
        .trim()
        .slice(0, DATE_CHARS),
    );
    if (time - newer > DAY_MS) return true;
    if (!Number.isNaN(time)) newer = time;
  }
  return false;
}
