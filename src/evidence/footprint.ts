import { createHash } from 'node:crypto';
import type { Mail } from '../mail/mail.ts';
import type { Message } from '../message/message.ts';
import { keyOf, type ReputationKey } from '../reputation/key.ts';
import { type Evidence, type EvidenceSource, factsOf } from './evidence.ts';
import { bankDetails } from './footprint/bank-details.ts';
import { mailerOf } from './footprint/mailer.ts';
import type { Lists } from './lists.ts';
import { skeleton } from './names/confusables.ts';
import { networkOf } from './names/network.ts';
import { organizationOf, partsOf, readable } from './names/organization.ts';

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
  readonly domainPairs: readonly ReputationKey[];
  /** Habits of an authenticated sender. */
  readonly route: Key;
  readonly country: Key;
  readonly mailer: Key;
  readonly replyTo: Key;
  readonly hour: Key;
  /** Bank details in the text, of an authenticated organisation. */
  readonly accountOwner: Key;
  readonly accounts: readonly ReputationKey[];
  /** What the From domain looks like, and that it is this one. */
  readonly skeleton: Key;
  readonly skeletonOwner: Key;
  /** What we wrote to From ourselves: each recipient, anybody, anybody to its organisation. */
  readonly wrotePairs: readonly ReputationKey[];
  readonly wrote: Key;
  readonly wroteDomain: Key;
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

export interface NetworkTable {
  find(ip: string): { readonly asn: number; readonly country: string } | null;
}

/** Mail to more recipients is no correspondence between two people. */
const PAIRED_RECIPIENTS = 16;
/** Kept of one message; a campaign repeats the first ones as well. */
const KEPT_LINKS = 8;
const KEPT_FILES = 8;
/** Everybody links to these. */
const POPULAR_RANK = 10_000;
/** A person's name has two words; "Support" is nobody's. */
const PERSON = /^\p{L}[\p{L}.'’-]*(?:\s+\p{L}[\p{L}.'’-]*){1,4}$/u;
const HOURS_TOGETHER = 3;
const HASH_CHARS = 24;

/** What a message is remembered by. It asks nobody, so that what comes while the memory is away can still be learned. */
export function footprintSource(options: FootprintOptions): EvidenceSource<'footprint'> {
  return {
    name: 'footprint',
    onFailure: 'open',
    gather(mail, message, before) {
      const claimed = claimedBy(mail, before, options);
      const from = fromOf(before);
      const known = from.vouched ? habitsOf(mail, message, from, options) : NO_HABITS;
      const name = personOf(before);
      const facts: Omit<FootprintFacts, 'learned'> = {
        ...claimed,
        ...known,
        authenticatedDomain: from.vouched ? keyOf('authdomain', from.organization) : null,
        authenticatedAddress: from.vouched ? keyOf('authaddress', from.address) : null,
        name: keyOf('name', name),
        nameAddress: keyOf('name', name, from.address),
        skeleton: keyOf('skeleton', skeletonOf(from.organization)),
        skeletonOwner: keyOf('skeleton', skeletonOf(from.organization), from.organization),
        ...writtenTo(mail, from.address, from.organization, options),
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
  /** Somebody vouches that it is from there. */
  readonly vouched: boolean;
}

function fromOf(before: Partial<Evidence>): From {
  const sender = factsOf(before.sender);
  const vouched = organizationOf(factsOf(before.authentication)?.authenticatedDomain ?? '');
  const organization = sender?.fromOrganization ?? '';
  const address = sender?.fromAddress.toLowerCase() ?? '';
  return { address, organization, vouched: vouched !== '' && vouched === organization };
}

function claimedBy(mail: Mail, before: Partial<Evidence>, { networks }: FootprintOptions) {
  const { clientIp, helo } = mail.envelope;
  const { address, organization } = fromOf(before);
  const asn = clientIp === null ? null : (networks?.find(clientIp)?.asn ?? null);
  return {
    domain: keyOf('domain', organization),
    address: keyOf('address', address),
    network: keyOf('network', clientIp === null ? '' : networkOf(clientIp)),
    asn: asn === null ? null : keyOf('asn', String(asn)),
    helo: keyOf('helo', organizationOf(helo ?? '')),
  };
}

type Habits = Pick<
  FootprintFacts,
  'pairs' | 'domainPairs' | 'route' | 'country' | 'mailer' | 'replyTo' | 'hour' | 'accountOwner' | 'accounts'
>;

const NO_HABITS: Habits = {
  pairs: [],
  domainPairs: [],
  route: null,
  country: null,
  mailer: null,
  replyTo: null,
  hour: null,
  accountOwner: null,
  accounts: [],
};

function habitsOf(mail: Mail, message: Message, from: From, { networks }: FootprintOptions): Habits {
  const { address, organization } = from;
  const { clientIp } = mail.envelope;
  const recipients = recipientsOf(mail);
  const hour = Math.floor(mail.receivedAt.getUTCHours() / HOURS_TOGETHER);
  const accounts = bankDetails(message.visibleText).map((account) =>
    keyOf('account', organization, hashed(account)),
  );
  return {
    pairs: present(recipients.map((recipient) => keyOf('pair', address, recipient))),
    domainPairs: present(
      recipients.map((recipient) => keyOf('domains', organization, organizationOf(domainOf(recipient)))),
    ),
    route: keyOf('route', address, clientIp === null ? '' : networkOf(clientIp)),
    country: keyOf('country', address, clientIp === null ? '' : (networks?.find(clientIp)?.country ?? '')),
    mailer: keyOf('mailer', address, mailerOf(message.headers, message.messageId)),
    replyTo: keyOf('replyto', address, message.replyTo[0]?.address ?? address),
    hour: keyOf('hour', address, String(hour)),
    accountOwner: accounts.length === 0 ? null : keyOf('account', organization),
    accounts: present(accounts),
  };
}

function writtenTo(mail: Mail, address: string, organization: string, { lists }: FootprintOptions) {
  const recipients = recipientsOf(mail);
  return {
    wrotePairs: present(recipients.map((recipient) => keyOf('wrote', recipient, address))),
    wrote: keyOf('wrote', address),
    wroteDomain: lists.freemail.has(organization) ? null : keyOf('wrotedomain', organization),
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
  const { wrotePairs, wrote, wroteDomain, ...all } = facts;
  return [...new Set(present(vouched ? (Object.values(all).flat() as Key[]) : claimed))];
}

/** The display name where it is a person's, folded; ''. */
function personOf(before: Partial<Evidence>): string {
  const name = (factsOf(before.sender)?.fromName ?? '').normalize('NFKC').replace(/\s+/g, ' ').trim();
  const straight = name.replace(/^([^,]+), ([^,]+)$/, '$2 $1');
  return PERSON.test(straight) ? skeleton(straight) : '';
}

/** The registered label without hyphens, in the form in which names that look alike are equal; '' for short ones, which all look alike. */
function skeletonOf(organization: string): string {
  const label = skeleton(readable(partsOf(organization).label).replaceAll('-', ''));
  return label.length < 5 ? '' : label;
}

function recipientsOf(mail: Mail): readonly string[] {
  const { rcptTo } = mail.envelope;
  return rcptTo.length > PAIRED_RECIPIENTS ? [] : rcptTo.map((recipient) => recipient.toLowerCase());
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}

function hashed(value: string): string {
  return createHash('sha256').update(value).digest('hex').slice(0, HASH_CHARS);
}

function present(keys: readonly Key[]): ReputationKey[] {
  return keys.filter((key) => key !== null);
}
