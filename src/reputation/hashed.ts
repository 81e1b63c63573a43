import { createHmac } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { isRemembered, type KeyKind, kindOf, type ReputationKey, valuesOf } from './key.ts';
import type { Observation, Reputation, Standing } from './reputation.ts';

/**
 * Which values of a key are a person: an address, a display name, the bank details of somebody. Domains, networks, links and files stay as
 * they are; a kind that is not here has no person in it.
 */
const PERSONS: Partial<Readonly<Record<KeyKind, readonly [boolean, boolean]>>> = {
  authaddress: [true, false],
  address: [true, false],
  pair: [true, true],
  name: [true, true],
  route: [true, false],
  country: [true, false],
  mailer: [true, false],
  replyto: [true, true],
  hour: [true, false],
  account: [false, true],
  wrote: [true, true],
};

/** 128 bits in base64url: two of a billion addresses meet with a chance of 1 to 10^21. */
const HASH_CHARACTERS = 22;
/** Before a hash, so that one is never taken for a name, and what is hashed already stays. No address and no name begins so. */
const MARK = '~';
const HASHED = new RegExp(`^${MARK}[\\w-]{${HASH_CHARACTERS}}$`);

/** Those of busy days: some 20 MB at most. An address that is not here costs a few microseconds. */
const CACHED_HASHES = 50_000;

/** Keyed hashes of the values that name persons: equal for equal values, and nobody without the key tells from which. */
export class KeyHasher {
  readonly #key: Buffer;
  readonly #cache = new LRUCache<string, string>({ max: CACHED_HASHES });
  /** Tells keys apart: a store that was filled under another one is of no use. 48 bits, as a number. */
  readonly fingerprint: number;

  constructor(key: Buffer) {
    this.#key = key;
    this.fingerprint = createHmac('sha256', key).update('fingerprint of the key').digest().readUIntBE(0, 6);
  }

  /** The key as the store has it. */
  key(plain: ReputationKey): ReputationKey {
    const persons = PERSONS[kindOf(plain)];
    if (persons === undefined) return plain;
    const values = valuesOf(plain).map((value, place) => (persons[place] ? this.value(value) : value));
    return `${kindOf(plain)}:${values.join('>')}`;
  }

  /** One address or name. What is a hash already stays. */
  value(plain: string): string {
    if (HASHED.test(plain)) return plain;
    const cached = this.#cache.get(plain);
    if (cached !== undefined) return cached;
    const digest = createHmac('sha256', this.#key).update(plain).digest('base64url');
    const hash = MARK + digest.slice(0, HASH_CHARACTERS);
    this.#cache.set(plain, hash);
    return hash;
  }
}

/** The same memory for those who ask it, in whose store nobody can read who writes to whom. */
export function hashedReputation(reputation: Reputation, hasher: KeyHasher): Reputation {
  return {
    async lookup(keys, at) {
      const asked = remembered(keys).map((plain) => [plain, hasher.key(plain)] as const);
      const answer = await reputation.lookup([...new Set(asked.map(([, hashed]) => hashed))], at);
      const found = new Map<ReputationKey, Standing>();
      for (const [plain, hashed] of asked) {
        const standing = answer.get(hashed);
        if (standing !== undefined) found.set(plain, standing);
      }
      return found;
    },
    observe: (observation: Observation) =>
      reputation.observe({
        ...observation,
        keys: remembered(observation.keys).map((plain) => hasher.key(plain)),
      }),
    flush: () => reputation.flush(),
    close: () => reputation.close(),
  };
}

/** What would be too long as it is does not become short by being hashed. */
function remembered(keys: readonly ReputationKey[]): ReputationKey[] {
  return keys.filter(isRemembered);
}
