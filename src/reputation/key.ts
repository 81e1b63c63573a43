/** The longest relation is two addresses of 254 octets each (RFC 5321 errata 1690), with room for the kind; what is longer is nobody's. */
export const KEY_CHARACTERS = 540;

/**
 * What is remembered of whom. Actors that somebody vouches for: `authdomain`, `authaddress`. Actors as they claim to be: `domain`,
 * `address`, `network`, `asn`, `helo`. Relations and habits of a sender that somebody vouches for: `pair` (sender > recipient), `domains`
 * (organisation > recipient's domain), `name` (display name, display name > address), `route` (address > network), `country`,
 * `mailer`, `replyto`, `hour`, `account` (organisation > bank details), `skeleton` (what a domain looks like > organisation). What we
 * wrote ourselves: `wrote` (ours > theirs, theirs), `wrotedomain`. Content, whoever sent it: `link`, `file`.
 */
export const KEY_KINDS = [
  'authdomain',
  'authaddress',
  'domain',
  'address',
  'network',
  'asn',
  'helo',
  'pair',
  'domains',
  'name',
  'route',
  'country',
  'mailer',
  'replyto',
  'hour',
  'account',
  'skeleton',
  'wrote',
  'wrotedomain',
  'link',
  'file',
] as const;

export type KeyKind = (typeof KEY_KINDS)[number];

/** Kind and value, or the values of a relation with `>` between them. */
export type ReputationKey = `${KeyKind}:${string}`;

const KINDS: ReadonlySet<string> = new Set(KEY_KINDS);
/** Control characters and the mark between the values of a relation. */
const RESERVED = /[\p{Cc}>]/gu;

/** A key of values as they come: lower case, what is reserved replaced. Null where a value is empty: nobody is remembered under it. */
export function keyOf(kind: KeyKind, ...values: readonly string[]): ReputationKey | null {
  if (values.some((value) => value === '')) return null;
  return `${kind}:${values.map((value) => value.toLowerCase().replace(RESERVED, '_')).join('>')}`;
}

/** A key as a person types it; null where its kind is none of ours. */
export function parseKey(text: string): ReputationKey | null {
  const at = text.indexOf(':');
  if (at < 0 || !KINDS.has(text.slice(0, at)) || at === text.length - 1) return null;
  return text as ReputationKey;
}

export function kindOf(key: ReputationKey): KeyKind {
  return key.slice(0, key.indexOf(':')) as KeyKind;
}

/** The value, or the values of a relation in order. */
export function valuesOf(key: ReputationKey): string[] {
  return key.slice(key.indexOf(':') + 1).split('>');
}

/** Longer keys are not remembered: their sender stays unknown, and nobody fills the store with long names. */
export function isRemembered(key: ReputationKey): boolean {
  return key.length <= KEY_CHARACTERS;
}
