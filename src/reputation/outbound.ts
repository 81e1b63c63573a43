import type { DomainSet } from '../evidence/lists/domain-set.ts';
import { organizationOf } from '../evidence/names/organization.ts';
import { keyOf, type ReputationKey } from './key.ts';
import type { Observation } from './reputation.ts';

/** Mail of ours to more is a newsletter, not a correspondence: whoever is on our lists is no friend for it. */
export const MAX_CORRESPONDENTS = 50;

/** Whose mail is ours, and which domains are everybody's. */
export interface OwnMail {
  /** Lower case; subdomains count, too. */
  readonly ownDomains: DomainSet;
  readonly freemail: DomainSet;
}

/** One message that one of us may have written. */
export interface Written {
  readonly at: Date;
  /** Addresses it may be from: of the envelope, of From. Those of other domains are left out. */
  readonly senders: readonly string[];
  readonly recipients: readonly string[];
  /** How many there were, where not all of them are known. */
  readonly recipientCount?: number;
  /** A program answered in somebody's name: that is no sign that the person knows the other. */
  readonly automatic: boolean;
}

/** What the memory learns, or why it learns nothing. */
export type Lesson =
  | { readonly kind: 'lesson'; readonly observation: Observation; readonly pairs: number }
  | { readonly kind: 'nothing'; readonly why: (typeof NO_LESSON)[number] };

export const NO_LESSON = ['notOurs', 'automatic', 'manyRecipients', 'internal'] as const;

/**
 * The lesson of a message of ours: each sender to each recipient outside, each recipient, each organisation that is not freemail; and
 * that we learn what our organisation writes.
 */
export function lessonOf(written: Written, own: OwnMail): Lesson {
  const senders = addresses(written.senders).filter((address) => own.ownDomains.has(domainOf(address)));
  const recipients = addresses(written.recipients);
  if (senders.length === 0) return { kind: 'nothing', why: 'notOurs' };
  if (written.automatic) return { kind: 'nothing', why: 'automatic' };
  if (Math.max(recipients.length, written.recipientCount ?? 0) > MAX_CORRESPONDENTS)
    return { kind: 'nothing', why: 'manyRecipients' };
  const outside = recipients.filter((address) => !own.ownDomains.has(domainOf(address)));
  if (outside.length === 0) return { kind: 'nothing', why: 'internal' };
  const pairs = senders.flatMap((sender) => outside.map((recipient) => keyOf('wrote', sender, recipient)));
  const organizations = new Set(outside.map((recipient) => organizationOf(domainOf(recipient))));
  const keys = [
    ...pairs,
    ...outside.map((recipient) => keyOf('wrote', recipient)),
    ...[...organizations]
      .filter((organization) => !own.freemail.has(organization))
      .map((organization) => keyOf('wrotedomain', organization)),
    ...senders.map((sender) => keyOf('domain', organizationOf(domainOf(sender)))),
  ];
  return {
    kind: 'lesson',
    observation: { kind: 'outbound', at: written.at, keys: [...new Set(keys.filter(isKey))] },
    pairs: pairs.length,
  };
}

/** Lower case, each once, without what is no address: the null sender, a mailing list's route. */
function addresses(given: readonly string[]): string[] {
  const lower = given.map((address) => address.trim().toLowerCase());
  return [...new Set(lower)].filter((address) => address.lastIndexOf('@') > 0 && domainOf(address) !== '');
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}

function isKey(key: ReputationKey | null): key is ReputationKey {
  return key !== null;
}
