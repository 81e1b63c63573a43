import type { Mail } from '../mail/mail.ts';
import type { Address, Message } from '../message/message.ts';
import { type EvidenceSource, factsOf } from './evidence.ts';
import { domainsAbove } from './lists/domain-set.ts';
import type { Lists } from './lists.ts';
import { type IdentityFacts, identityOf } from './names/identity.ts';
import type { Lookalikes } from './names/lookalike.ts';
import { organizationOf, partsOf } from './names/organization.ts';

export interface SenderFacts extends IdentityFacts {
  readonly fromAddress: string;
  readonly fromDomain: string;
  /** Registrable domain of From. */
  readonly fromOrganization: string;
  readonly fromName: string;
  /** Mailboxes in From that hold an address. */
  readonly fromCount: number;
  /** The display name holds an address, and it is not the one that follows. */
  readonly nameHoldsOtherAddress: boolean;
  /** The display name has a domain or brand of the lists in it that does not fit the address. */
  readonly nameClaimsBrand: string;
  /** A brand in the subject that does not fit the address: often a disguise, often just the subject. */
  readonly subjectNamesBrand: string;
  /** The display name is that of a protected person, and the address is none of theirs. */
  readonly nameOfPerson: string;
  /** What that person is with us, as the list has it; ''. */
  readonly roleOfPerson: string;
  /** The display name holds one of our own domains or is one of our addresses, and the address is not ours. */
  readonly nameClaimsUs: boolean;
  readonly freemail: boolean;
  readonly disposable: boolean;
  /** From belongs to a listed brand. */
  readonly fromBrand: string;
  /**
   * The organisation of From is among so many of the best known (1,000, 10,000 …); null where it is not listed, and where
   * anybody gets an address at it.
   */
  readonly popularRank: number | null;
  readonly replyToPresent: boolean;
  /** Reply-To goes to another organisation than From. */
  readonly replyToDiffers: boolean;
  readonly replyToFreemail: boolean;
  readonly replyToDomain: string;
  /** Sender header of another organisation than From. */
  readonly senderDiffers: boolean;
  /** Null where the return path is unknown or empty. */
  readonly returnPathDiffers: boolean | null;
  /** Null where the return path is unknown. */
  readonly nullSender: boolean | null;
  /** HELO in the organisation of From; null where unknown. */
  readonly heloMatchesFrom: boolean | null;
  /** HELO is no full host name (a bare word or an address); null where unknown. */
  readonly heloNotAName: boolean | null;
  /** Domain of ours, a partner's or a brand's that the From domain looks like; '' for none. */
  readonly lookalikeOf: string;
  /** The same for Reply-To. */
  readonly replyToLookalikeOf: string;
  readonly punycode: boolean;
  readonly suspiciousTld: boolean;
  /** Characters of the local part that are digits, 0 to 1. */
  readonly localPartDigits: number;
  /** From is in one of our own domains. */
  readonly fromOwnDomain: boolean;
  /** A recipient of the envelope is the From address; null where the envelope is unknown. */
  readonly fromIsRecipient: boolean | null;
}

export interface SenderOptions {
  readonly lists: Pick<
    Lists,
    | 'brands'
    | 'freemail'
    | 'freeHosting'
    | 'disposable'
    | 'suspiciousTlds'
    | 'people'
    | 'popularity'
    | 'vocabulary'
  >;
  readonly lookalikes: Lookalikes;
  /** Our domains, lower case. */
  readonly ownDomains: readonly string[];
}

/** Longer names are cut: nobody sees the rest. */
const NAME_CHARS = 200;

/** Who the message says it is from, and whether that holds together. */
export function senderSource(options: SenderOptions): EvidenceSource<'sender'> {
  const own = new Set(options.ownDomains.map((domain) => domain.toLowerCase()));
  return {
    name: 'sender',
    onFailure: 'open',
    gather(mail, message, before) {
      const { from, count } = shownAuthor(message.from);
      const organization = organizationOf(from.domain);
      return {
        ...address(from, organization, count, options),
        ...claims(from, message.subject, own, options),
        ...otherAddresses(message, organization, options),
        ...session(mail, from, organization),
        ...identityOf(mail, message, shortened(from), factsOf(before.authentication), options.lists),
        fromOwnDomain: isOwn(from.domain, own),
      };
    },
  };
}

const NOBODY: Address = { name: '', address: '', domain: '' };

const shortened = (from: Address): Address => ({ ...from, name: from.name.slice(0, NAME_CHARS) });

/**
 * The first mailbox with an address. A name with a comma and no quotes ("Bank, Service <x@…>") reads as a mailbox without
 * an address and one after it; people see one name.
 */
function shownAuthor(mailboxes: readonly Address[]): { from: Address; count: number } {
  const addressed = mailboxes.filter(({ address }) => address !== '');
  const first = addressed[0] ?? mailboxes[0] ?? NOBODY;
  const before = mailboxes.slice(0, Math.max(0, mailboxes.indexOf(first)));
  const name = [...before, first]
    .map((mailbox) => mailbox.name)
    .filter((part) => part !== '')
    .join(', ');
  return { from: { ...first, name }, count: addressed.length };
}

function address(from: Address, organization: string, count: number, { lists, lookalikes }: SenderOptions) {
  const local = from.address.slice(0, Math.max(0, from.address.lastIndexOf('@')));
  const digits = local.replace(/\D+/g, '').length;
  const freemail = lists.freemail.has(from.domain);
  const disposable = lists.disposable.has(from.domain);
  const anybodys = freemail || disposable || lists.freeHosting.has(from.domain);
  return {
    fromAddress: from.address,
    fromDomain: from.domain,
    fromOrganization: organization,
    fromName: from.name.slice(0, NAME_CHARS),
    fromCount: count,
    freemail,
    disposable,
    fromBrand: lists.brands.ownerOf(from.domain)?.name ?? '',
    popularRank: anybodys ? null : lists.popularity.among(from.domain),
    lookalikeOf: lookalikes.find(from.domain),
    punycode: from.domain.includes('xn--'),
    suspiciousTld: lists.suspiciousTlds.has(partsOf(from.domain).suffix),
    localPartDigits: local === '' ? 0 : digits / local.length,
  };
}

function claims(from: Address, subject: string, own: ReadonlySet<string>, { lists }: SenderOptions) {
  const name = from.name.slice(0, NAME_CHARS);
  const person = lists.people.named(name);
  const impersonated = person?.addresses.includes(from.address.toLowerCase()) === true ? null : person;
  const addressesInName = addressesIn(name);
  const hostsInName = hostsIn(name);
  return {
    nameHoldsOtherAddress: addressesInName.some((found) => found !== from.address.toLowerCase()),
    nameClaimsBrand: brandIn(name, from.domain, lists.brands) || foreignHost(hostsInName, from.domain),
    subjectNamesBrand: brandIn(subject.slice(0, NAME_CHARS), from.domain, lists.brands),
    nameOfPerson: impersonated?.name ?? '',
    roleOfPerson: impersonated?.role ?? '',
    nameClaimsUs: !isOwn(from.domain, own) && hostsInName.some((host) => isOwn(host, own)),
  };
}

function brandIn(text: string, domain: string, brands: Lists['brands']): string {
  const named = brands.namedIn(text);
  return named.some((brand) => brands.fits(brand, domain)) ? '' : (named[0]?.name ?? '');
}

function foreignHost(hosts: readonly string[], domain: string): string {
  const organization = organizationOf(domain);
  return hosts.find((host) => organizationOf(host) !== organization) ?? '';
}

const ADDRESS = /[^\s@<>"'(),:;[\]]{1,64}@[a-z0-9.-]{1,255}/g;
const HOST = /(?<![a-z0-9.-])[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8}(?![a-z0-9-])/g;

function addressesIn(name: string): string[] {
  return [...name.toLowerCase().matchAll(ADDRESS)].map(([found]) => found.replace(/\.+$/, ''));
}

/** Host names in a display name: with a suffix that exists, so that initials ("J.R. Doe") are none. */
function hostsIn(name: string): string[] {
  return [...name.toLowerCase().matchAll(HOST)]
    .map(([found]) => found)
    .filter((found) => {
      const { label, knownSuffix, suffix } = partsOf(found);
      return knownSuffix && label.length > 2 && suffix.length > 1;
    });
}

function isOwn(host: string, own: ReadonlySet<string>): boolean {
  for (const domain of domainsAbove(host)) if (own.has(domain)) return true;
  return false;
}

function otherAddresses(message: Message, organization: string, { lists, lookalikes }: SenderOptions) {
  const replyTo = message.replyTo.find((other) => other.domain !== '') ?? NOBODY;
  const sender = message.sender.find((other) => other.domain !== '') ?? NOBODY;
  const differs = (other: Address) => other.domain !== '' && organizationOf(other.domain) !== organization;
  return {
    replyToPresent: replyTo.domain !== '',
    replyToDiffers: differs(replyTo),
    replyToFreemail: lists.freemail.has(replyTo.domain),
    replyToDomain: replyTo.domain,
    replyToLookalikeOf: lookalikes.find(replyTo.domain),
    senderDiffers: differs(sender),
  };
}

function session({ envelope }: Mail, from: Address, organization: string) {
  const { mailFrom, helo, rcptTo } = envelope;
  const returnDomain = mailFrom === null ? '' : mailFrom.slice(mailFrom.lastIndexOf('@') + 1).toLowerCase();
  const heloHost = helo?.toLowerCase().replace(/\.$/, '') ?? '';
  const fromAddress = from.address.toLowerCase();
  return {
    returnPathDiffers:
      mailFrom === null || mailFrom === '' ? null : organizationOf(returnDomain) !== organization,
    nullSender: mailFrom === null ? null : mailFrom === '',
    heloMatchesFrom: helo === null ? null : organization !== '' && organizationOf(heloHost) === organization,
    heloNotAName: helo === null ? null : organizationOf(heloHost) === '',
    fromIsRecipient:
      rcptTo.length === 0
        ? null
        : fromAddress !== '' && rcptTo.some((rcpt) => rcpt.toLowerCase() === fromAddress),
  };
}
