import type { Mail } from '../../mail/mail.ts';
import type { Address, Message } from '../../message/message.ts';
import type { AuthenticationFacts } from '../authentication.ts';
import type { Lists } from '../lists.ts';
import { plain, wordsOf } from '../text/words.ts';
import { skeleton } from './confusables.ts';
import { isDouble } from './double.ts';
import { bearsName, bearsOffice } from './local-part.ts';
import { organizationOf, partsOf } from './organization.ts';
import { randomness } from './random-name.ts';
import { hasServiceWords } from './service-words.ts';

/** How the parts of an identity fit each other, and fit who is written to. */
export interface IdentityFacts {
  /** An office that the display name claims ("IT helpdesk", "Payroll"), '' for none. */
  readonly nameRole: string;
  /** From is of the organisation of a recipient; null where no recipient has one of their own. */
  readonly fromRecipientOrganization: boolean | null;
  /** The display name bears the name of the recipient's organisation or the recipient's own, and From is not of it. */
  readonly nameClaimsRecipient: boolean;
  /** A word of the display name is in the address; null without a name that could be. */
  readonly nameFitsAddress: boolean | null;
  /** Domain of a recipient, or named in the text, that the domain of From or Reply-To looks like; ''. */
  readonly lookalikeInThread: string;
  /** Distinct organisations of From, Reply-To, return path and Message-ID, and those that vouch. */
  readonly organizations: number;
  /** How much the registered name of From looks made by a machine, 0 to 1. */
  readonly randomDomain: number;
  readonly randomLocalPart: number;
  /** The registered name of From is a department with hyphens ("secure-login.example"). */
  readonly serviceWordDomain: boolean;
  /** Reply-To goes to another organisation, to an address with the name of From: the same person, elsewhere. */
  readonly replyToSamePerson: boolean;
  /** The address joins the person's name and an office ("ada.linden.ceo"). */
  readonly officeLocalPart: boolean;
  /** From is on a host where anybody gets a name at once. */
  readonly fromHosted: boolean;
}

export type IdentityLists = Pick<Lists, 'freemail' | 'freeHosting' | 'vocabulary'>;

const ROLE_WORDS = 20;
/** Recipients compared; a message to more is written to nobody in particular. */
const RECIPIENTS = 16;

export function identityOf(
  mail: Mail,
  message: Message,
  from: Address,
  authentication: AuthenticationFacts | null,
  lists: IdentityLists,
): IdentityFacts {
  const organization = organizationOf(from.domain);
  const recipients = mail.envelope.rcptTo.slice(0, RECIPIENTS).map((recipient) => recipient.toLowerCase());
  const theirs = recipients.map(domainOf).filter((domain) => domain !== '' && !lists.freemail.has(domain));
  const isOfRecipient = theirs.some((domain) => organizationOf(domain) === organization);
  const local = from.address.slice(0, Math.max(0, from.address.lastIndexOf('@')));
  return {
    nameRole: roleIn(from.name, lists),
    fromRecipientOrganization: theirs.length === 0 ? null : isOfRecipient,
    nameClaimsRecipient: !isOfRecipient && claimsRecipient(from, recipients, theirs),
    nameFitsAddress: fitsAddress(from.name, from.address),
    lookalikeInThread: doubleIn(message, from, theirs, lists),
    organizations: organizationsOf(mail, message, organization, authentication),
    randomDomain: randomness(partsOf(from.domain).label),
    randomLocalPart: randomness(local),
    serviceWordDomain: hasServiceWords(from.domain),
    replyToSamePerson: message.replyTo.some(
      ({ address, domain }) =>
        domain !== '' && organizationOf(domain) !== organization && bearsName(address, from.name),
    ),
    officeLocalPart: bearsOffice(from.address, from.name),
    fromHosted: lists.freeHosting.has(from.domain),
  };
}

const domainOf = (address: string) => address.slice(address.lastIndexOf('@') + 1);

function roleIn(name: string, { vocabulary }: IdentityLists): string {
  let role = '';
  vocabulary.scan(wordsOf(name, ROLE_WORDS), (meaning) => {
    if (meaning.kind === 'role') role ||= meaning.phrase;
  });
  return role;
}

/** Names of organisations that are words of any mail. */
const ORDINARY = new Set([
  'company',
  'mail',
  'mailbox',
  'email',
  'info',
  'office',
  'support',
  'online',
  'group',
]);
/** Shorter names are found in others. */
const SHORTEST_NAME = 4;

function claimsRecipient(from: Address, recipients: readonly string[], theirs: readonly string[]): boolean {
  const joined = skeleton(plain(from.name)).replace(/[^a-z0-9]+/g, '');
  if (joined.length < SHORTEST_NAME) return false;
  const words = wordsOf(from.name, ROLE_WORDS).filter(
    (word) => word.length >= SHORTEST_NAME && !ORDINARY.has(word),
  );
  const labels = theirs.map((domain) => partsOf(domain).label.replaceAll('-', ''));
  return (
    labels.some(
      (label) => label.length >= SHORTEST_NAME && !ORDINARY.has(label) && joined.includes(skeleton(label)),
    ) ||
    // "Ada Linden" to somebody at linden-timber.example: the owner's name.
    labels.some((label) => words.some((word) => label.startsWith(word))) ||
    recipients.some(
      (recipient) => recipient !== from.address.toLowerCase() && plain(from.name).includes(recipient),
    )
  );
}

/** Words of a name shorter than this are in any address. */
const NAME_WORD = 3;

function fitsAddress(name: string, address: string): boolean | null {
  const at = address.lastIndexOf('@');
  if (at < 0 || name.includes('@')) return null;
  const words = wordsOf(name, ROLE_WORDS).filter(
    (word) => word.length >= NAME_WORD && /^[a-z0-9]+$/.test(word),
  );
  if (words.length === 0) return null;
  const squeezed = plain(address).replace(/[^a-z0-9@]+/g, '');
  const initials = words.map((word) => word.charAt(0)).join('');
  return (
    words.some((word) => squeezed.includes(word)) ||
    (initials.length >= NAME_WORD && squeezed.includes(initials)) ||
    // "jdoe" and "doej" hold the surname; "jd" alone is all of a short local part.
    squeezed.startsWith(`${initials}@`)
  );
}

const ADDRESS = /[a-z0-9._%+-]{1,64}@([a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,6})/gi;
/** A thread that is quoted has its addresses in the first pages. */
const THREAD_CHARS = 20_000;
const THREAD_DOMAINS = 24;

/** Domains of addresses that a text quotes. */
function quotedDomains(text: string): ReadonlySet<string> {
  const found = new Set<string>();
  const head = text.slice(0, THREAD_CHARS);
  if (!head.includes('@')) return found;
  for (const [, domain = ''] of head.matchAll(ADDRESS)) {
    found.add(domain.toLowerCase());
    if (found.size >= THREAD_DOMAINS) break;
  }
  return found;
}

function doubleIn(
  message: Message,
  from: Address,
  theirs: readonly string[],
  { freemail }: IdentityLists,
): string {
  const suspects = [from.domain, ...message.replyTo.map(({ domain }) => domain)]
    .filter((domain) => domain !== '' && !freemail.has(domain))
    .slice(0, 3);
  if (suspects.length === 0) return '';
  const shown = [...message.to, ...message.cc].slice(0, RECIPIENTS).map(({ domain }) => domain);
  const known = new Set([...theirs, ...shown, ...quotedDomains(message.visibleText), ...suspects]);
  for (const domain of known) {
    if (
      domain !== '' &&
      suspects.some((suspect) => isDouble(suspect, domain) && isStranger(suspect, theirs))
    ) {
      return domain;
    }
  }
  return '';
}

/** Who the message is to is nobody's double. */
function isStranger(suspect: string, theirs: readonly string[]): boolean {
  return !theirs.some((domain) => organizationOf(domain) === organizationOf(suspect));
}

function organizationsOf(
  { envelope }: Mail,
  { replyTo, messageId }: Message,
  organization: string,
  authentication: AuthenticationFacts | null,
): number {
  const domains = [
    ...replyTo.map(({ domain }) => domain),
    envelope.mailFrom === null ? '' : domainOf(envelope.mailFrom.toLowerCase()),
    messageId.includes('@') ? domainOf(messageId.toLowerCase()) : '',
    ...(authentication?.dkimDomains ?? []),
  ];
  const all = new Set([organization, ...domains.map(organizationOf)]);
  all.delete('');
  return all.size;
}
