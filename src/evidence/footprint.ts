import type { Mail } from '../mail/mail.ts';
import type { Message } from '../message/message.ts';
import { keyOf, type ReputationKey } from '../reputation/key.ts';
import { type Evidence, type EvidenceSource, factsOf } from './evidence.ts';
import { accountsOf } from './footprint/accounts.ts';
import { mailerOf } from './footprint/mailer.ts';
import type { NetworkTable } from './footprint/network-table.ts';
import { personName } from './footprint/person-name.ts';
import { replyTarget } from './footprint/reply-target.ts';
import type { Lists } from './lists.ts';
import { skeleton } from './names/confusables.ts';
import { networkOf } from './names/network.ts';
import { organizationOf, partsOf, readable, registrantOf } from './names/organization.ts';

type Key = ReputationKey | null;

/** Under which keys a message is known to the memory, by what they say of it. Null and empty: the message does not have it. */
export interface FootprintFacts {
  /** Who somebody vouches for; null where nobody does. */
  readonly authenticatedDomain: Key;
  readonly authenticatedAddress: Key;
  /** As From, the client and HELO claim. */
  readonly domain: Key;
  readonly address: Key;
  readonly network: Key;
  readonly asn: Key;
  readonly helo: Key;
  readonly name: Key;
  readonly nameAddress: Key;
  /** From and each recipient; of an authenticated sender. */
  readonly pairs: readonly ReputationKey[];
  /** None for providers of free mail: their customers have nothing in common. */
  readonly domainPairs: readonly ReputationKey[];
  /** Habits of an authenticated sender. */
  readonly route: Key;
  readonly country: Key;
  readonly mailer: Key;
  readonly replyTo: Key;
  readonly hour: Key;
  /** Bank details in the text, of the organisation, or of the address where that is a provider of free mail. */
  readonly accountOwner: Key;
  readonly accounts: readonly ReputationKey[];
  /** What the From domain looks like, that it is spelt so, and that it is this one. */
  readonly skeleton: Key;
  readonly skeletonSpelling: Key;
  readonly skeletonOwner: Key;
  /** What we wrote to From ourselves: each recipient, anybody, anybody to its organisation. */
  readonly wrotePairs: readonly ReputationKey[];
  readonly wrote: Key;
  readonly wroteDomain: Key;
  /** The organisations of the recipients: whether we learn what they write at all. */
  readonly homes: readonly ReputationKey[];
  /** Domains of links that are neither the sender's nor popular; files. */
  readonly links: readonly ReputationKey[];
  readonly files: readonly ReputationKey[];
  /** Those that the memory learns from this message. Relations and habits are learned of authenticated senders alone. */
  readonly learned: readonly ReputationKey[];
}

export interface FootprintOptions {
  readonly lists: Pick<Lists, 'freemail' | 'popularity'>;
  /** Autonomous system and country of an address, where the configuration gives a table. */
  readonly networks: NetworkTable | null;
}

/** Mail to more recipients is no correspondence between two people. */
const PAIRED_RECIPIENTS = 16;
/** A gate's recipients are of few organisations. */
const KEPT_HOMES = 8;
/** Kept of one message; a campaign repeats the first ones as well. */
const KEPT_LINKS = 8;
const KEPT_FILES = 8;
/** Everybody links to these. */
const POPULAR_RANK = 10_000;
const HOURS_TOGETHER = 3;
/** Short labels all look alike: a, b and c are three companies. */
const SKELETON_CHARS = 5;

/** What a message is remembered by. It asks nobody, so that what comes while the memory is away can still be learned. */
export function footprintSource(options: FootprintOptions): EvidenceSource<'footprint'> {
  return {
    name: 'footprint',
    onFailure: 'open',
    gather(mail, message, before) {
      const from = fromOf(before);
      const network = mail.envelope.clientIp === null ? null : options.networks?.find(mail.envelope.clientIp);
      const where = { asn: network?.asn ?? null, country: network?.country ?? '' };
      const facts: Omit<FootprintFacts, 'learned'> = {
        ...claimedBy(mail, from, where),
        ...(from.vouched ? habitsOf(mail, message, from, where, options) : NO_HABITS),
        ...accountsOf(message.visibleText, ownerOf(from, options)),
        ...namedBy(from),
        ...writtenTo(mail, from, options),
        ...contentOf(message, from.organization, options),
      };
      return { ...facts, learned: learnedOf(facts, from.vouched) };
    },
  };
}

/** All keys of a message, each once: what the memory is asked. */
export function askedOf(facts: FootprintFacts): ReputationKey[] {
  const keys = Object.values(facts).flat() as Key[];
  return [...new Set(keys.filter((key) => key !== null))];
}

interface From {
  readonly address: string;
  readonly organization: string;
  /** The display name where it is a person's, in the form that is compared; ''. */
  readonly person: string;
  /** Somebody vouches that it is from there. */
  readonly vouched: boolean;
}

interface Where {
  readonly asn: number | null;
  readonly country: string;
}

function fromOf(before: Partial<Evidence>): From {
  const sender = factsOf(before.sender);
  const vouched = organizationOf(factsOf(before.authentication)?.authenticatedDomain ?? '');
  const organization = sender?.fromOrganization ?? '';
  const address = sender?.fromAddress.toLowerCase() ?? '';
  const person = personName(sender?.fromName ?? '');
  return { address, organization, person, vouched: vouched !== '' && vouched === organization };
}

function claimedBy(mail: Mail, { address, organization, vouched }: From, { asn }: Where) {
  const { clientIp, helo } = mail.envelope;
  return {
    authenticatedDomain: vouched ? keyOf('authdomain', organization) : null,
    authenticatedAddress: vouched ? keyOf('authaddress', address) : null,
    domain: keyOf('domain', organization),
    address: keyOf('address', address),
    network: keyOf('network', clientIp === null ? '' : networkOf(clientIp)),
    asn: asn === null ? null : keyOf('asn', String(asn)),
    helo: keyOf('helo', organizationOf(helo ?? '')),
  };
}

type Habits = Pick<
  FootprintFacts,
  'pairs' | 'domainPairs' | 'route' | 'country' | 'mailer' | 'replyTo' | 'hour'
>;

const NO_HABITS: Habits = {
  pairs: [],
  domainPairs: [],
  route: null,
  country: null,
  mailer: null,
  replyTo: null,
  hour: null,
};

function habitsOf(
  mail: Mail,
  message: Message,
  { address, organization }: From,
  { country }: Where,
  { lists }: FootprintOptions,
): Habits {
  const { clientIp } = mail.envelope;
  const recipients = recipientsOf(mail);
  const free = lists.freemail.has(organization);
  return {
    pairs: present(recipients.map((recipient) => keyOf('pair', address, recipient))),
    domainPairs: free ? [] : present(homesOf(recipients).map((home) => keyOf('domains', organization, home))),
    route: keyOf('route', address, clientIp === null ? '' : networkOf(clientIp)),
    country: keyOf('country', address, country),
    mailer: keyOf('mailer', address, mailerOf(message.headers, message.messageId)),
    replyTo: keyOf('replyto', address, replyTarget(message.replyTo, address, organization, lists.freemail)),
    hour: keyOf('hour', address, String(Math.floor(mail.receivedAt.getUTCHours() / HOURS_TOGETHER))),
  };
}

/** Customers of a provider of free mail have their accounts each for himself. */
function ownerOf({ address, organization }: From, { lists }: FootprintOptions): string {
  return lists.freemail.has(organization) ? address : organization;
}

function namedBy({ address, organization, person }: From) {
  const label = spellingOf(organization);
  const looks = skeleton(label);
  const known = looks.length < SKELETON_CHARS ? '' : looks;
  return {
    name: keyOf('name', person),
    nameAddress: keyOf('name', person, address),
    skeleton: keyOf('skeleton', known),
    skeletonSpelling: keyOf('skeleton', known, label),
    skeletonOwner: keyOf('skeleton', known, organization),
  };
}

function writtenTo(mail: Mail, { address, organization }: From, { lists }: FootprintOptions) {
  return {
    wrotePairs: present(recipientsOf(mail).map((recipient) => keyOf('wrote', recipient, address))),
    wrote: keyOf('wrote', address),
    wroteDomain: lists.freemail.has(organization) ? null : keyOf('wrotedomain', organization),
    homes: present(
      homesOf(mail.envelope.rcptTo)
        .slice(0, KEPT_HOMES)
        .map((home) => keyOf('domain', home)),
    ),
  };
}

function contentOf(message: Message, organization: string, { lists }: FootprintOptions) {
  const foreign = message.links
    .map(({ domain }) => domain)
    .filter(
      (domain) => domain !== organization && (lists.popularity.among(domain) ?? Infinity) > POPULAR_RANK,
    );
  const files = message.attachments.filter(({ inline }) => !inline).map(({ sha256 }) => sha256);
  return {
    links: present([...new Set(foreign)].slice(0, KEPT_LINKS).map((domain) => keyOf('link', domain))),
    files: present([...new Set(files)].slice(0, KEPT_FILES).map((sha256) => keyOf('file', sha256))),
  };
}

/** What anybody can claim is learned of everybody, as it can only count against them; the rest of those who are vouched for. */
function learnedOf(facts: Omit<FootprintFacts, 'learned'>, vouched: boolean): ReputationKey[] {
  const { domain, address, network, asn, helo, links, files } = facts;
  const claimed = [domain, address, network, asn, helo, ...links, ...files];
  const { wrotePairs, wrote, wroteDomain, homes, ...own } = facts;
  return [...new Set(present(vouched ? (Object.values(own).flat() as Key[]) : claimed))];
}

/** The registered label without hyphens; '' for names on somebody else's domain, whose label says nothing of them. */
function spellingOf(organization: string): string {
  if (organization === '' || organization !== registrantOf(organization)) return '';
  return readable(partsOf(organization).label).replaceAll('-', '').toLowerCase();
}

function recipientsOf(mail: Mail): readonly string[] {
  const { rcptTo } = mail.envelope;
  return rcptTo.length > PAIRED_RECIPIENTS ? [] : rcptTo.map((recipient) => recipient.toLowerCase());
}

/** Organisations, each once. */
function homesOf(recipients: readonly string[]): readonly string[] {
  const domains = recipients.map((recipient) =>
    recipient.slice(recipient.lastIndexOf('@') + 1).toLowerCase(),
  );
  return [...new Set(domains.map(organizationOf))];
}

function present(keys: readonly Key[]): ReputationKey[] {
  return keys.filter((key) => key !== null);
}
