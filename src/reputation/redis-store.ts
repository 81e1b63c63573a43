import { randomUUID } from 'node:crypto';
import { type Counters, FORGET_HALF_LIVES, type HalfLives, saysLittle } from './fold.ts';
import { parseKey, type ReputationKey } from './key.ts';
import { redisAddress } from './redis-address.ts';
import { RedisConnection } from './redis-connection.ts';
import { packed, unpacked } from './redis-counters.ts';
import { ADD, DROP_UNCHANGED, OTHER_TERMS } from './redis-scripts.ts';
import type { CounterStore, Entry } from './store.ts';

/** What one gate observed reaches the others within this and what a gate waits before it writes: together below a second. */
export const ANSWERS_HOLD_MS = 500;
export const LONGEST_FLUSH_MS = 250;

/** A gate that was away for longer than this does not ask whether its last batch was counted. */
const WRITER_LIFE_MS = 30 * 86_400_000;

/** Redis adds it to the time since the epoch, and the sum must stay a 64-bit number. */
const LONGEST_LIFE_MS = 1e15;

/** Keys of one step of SCAN: about a millisecond of the server, which does nothing else meanwhile. */
const PAGE_KEYS = 1_000;

/** Pages that one pruning reads. */
export const PRUNE_PAGES = 20;

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

const PLAIN = 'plain';

/** Before the names of our own keys; no kind of reputation key begins so. */
const OURS = '#';

export interface RedisStoreOptions {
  readonly url: string;
  /** In front of every key. */
  readonly prefix: string;
  /** For one question. */
  readonly timeoutMs: number;
  readonly halfLives: HalfLives;
  /** Of the key under which names and addresses are hashed; null where they are kept as they are. */
  readonly fingerprint: number | null;
  /** How many keys the database may have. */
  readonly maxEntries: number;
  readonly onAway?: (fault: Error) => void;
  readonly onBack?: () => void;
}

/**
 * Counters on a Redis server that several gates share: one string a key, which goes when it was not written for FORGET_HALF_LIVES.
 * Rejects with EvidenceFailure.
 */
export class RedisStore implements CounterStore {
  readonly name: string;
  readonly kind = 'redis';
  readonly answersHoldMs = ANSWERS_HOLD_MS;
  readonly #prefix: string;
  readonly #terms: string;
  readonly #lifeMs: number;
  readonly #maxEntries: number;
  readonly #connection: RedisConnection;
  readonly #writer = randomUUID();
  #batch: { readonly entries: readonly Entry[]; readonly number: number } | null = null;
  /** Where the last pruning stopped. */
  #cursor = '0';

  /** Begins to connect. Throws where the URL is none. */
  constructor(options: RedisStoreOptions) {
    const address = redisAddress(options.url);
    this.name = address.name;
    this.#prefix = options.prefix;
    this.#terms = termsOf(options);
    this.#lifeMs = Math.min(Math.ceil(FORGET_HALF_LIVES * options.halfLives.lastingMs), LONGEST_LIFE_MS);
    this.#maxEntries = options.maxEntries;
    this.#connection = new RedisConnection({
      address,
      timeoutMs: options.timeoutMs,
      greet: (redis) => redis.call('EVAL', this.#addition([], 0)),
      explain: (message) => this.#explain(message),
      onAway: (fault) => options.onAway?.(fault),
      onBack: () => options.onBack?.(),
    });
  }

  /** Nobody tells; answers hold for a short time only. */
  changedByOthers(): boolean {
    return false;
  }

  async read(keys: readonly ReputationKey[]): Promise<ReadonlyMap<ReputationKey, Counters>> {
    if (keys.length === 0) return new Map();
    const values = await this.#connection.ask((redis) => redis.mgetBuffer(this.#prefixed(keys)));
    return found(keys, values);
  }

  async add(batch: readonly Entry[]): Promise<ReadonlyMap<ReputationKey, Counters>> {
    if (this.#batch?.entries !== batch)
      this.#batch = { entries: batch, number: (this.#batch?.number ?? 0) + 1 };
    const { number } = this.#batch;
    const after = await this.#connection.askPatiently((redis) =>
      redis.callBuffer('EVAL', this.#addition(batch, number)),
    );
    return found(
      batch.map(([key]) => key),
      buffersOf(after),
    );
  }

  /**
   * Where the database has too many keys, drops the excess: of each page of SCAN, which is a sample of all, the worst share. Redis itself
   * would drop the longest unused, so that a flood of invented senders would push out correspondents; and it would have to be told to.
   */
  async prune(_now: Date): Promise<number> {
    const keys = await this.#connection.askPatiently((redis) => redis.dbsize());
    const excess = keys - this.#maxEntries;
    let dropped = 0;
    for (let page = 0; page < PRUNE_PAGES && dropped < excess; page += 1) {
      const { cursor, entries } = await this.#page(this.#cursor);
      this.#cursor = cursor;
      const worst = entries.toSorted(byWorth).slice(0, Math.ceil((entries.length * excess) / keys));
      dropped += await this.#dropUnchanged(worst.slice(0, excess - dropped));
    }
    return dropped;
  }

  async *entries(): AsyncGenerator<Entry> {
    // SCAN gives a key twice where the server made its table larger or smaller meanwhile.
    const seen = new Set<ReputationKey>();
    let from = '0';
    do {
      const { cursor, entries } = await this.#page(from);
      for (const entry of entries) {
        if (seen.has(entry[0])) continue;
        seen.add(entry[0]);
        yield entry;
      }
      from = cursor;
    } while (from !== '0');
  }

  async forget(keys: readonly ReputationKey[]): Promise<number> {
    if (keys.length === 0) return 0;
    return this.#connection.askPatiently((redis) => redis.unlink(this.#prefixed(keys)));
  }

  close(): void {
    this.#connection.close();
  }

  #prefixed(keys: readonly ReputationKey[]): string[] {
    return keys.map((key) => this.#prefix + key);
  }

  /** Arguments of EVAL. The whole script each time: it is small beside a batch, and a server that forgot it needs no second question. */
  #addition(batch: readonly Entry[], number: number): (string | Buffer | number)[] {
    const own = [`${this.#prefix}${OURS}terms`, `${this.#prefix}${OURS}writer:${this.#writer}`];
    const keys = [...own, ...this.#prefixed(batch.map(([key]) => key))];
    const values = batch.map(([, counters]) => packed(counters));
    return [ADD, keys.length, ...keys, this.#terms, number, WRITER_LIFE_MS, this.#lifeMs, ...values];
  }

  async #page(from: string): Promise<{ readonly cursor: string; readonly entries: Entry[] }> {
    const pattern = `${this.#prefix.replace(/[*?[\]\\]/g, '\\$&')}*`;
    const [cursor, names] = await this.#connection.askPatiently((redis) =>
      redis.scan(from, 'MATCH', pattern, 'COUNT', PAGE_KEYS),
    );
    const keys = names.flatMap((name) => parseKey(name.slice(this.#prefix.length)) ?? []);
    if (keys.length === 0) return { cursor, entries: [] };
    const values = await this.#connection.askPatiently((redis) => redis.mgetBuffer(this.#prefixed(keys)));
    return { cursor, entries: [...found(keys, values)] };
  }

  async #dropUnchanged(entries: readonly Entry[]): Promise<number> {
    if (entries.length === 0) return 0;
    const keys = this.#prefixed(entries.map(([key]) => key));
    const values = entries.map(([, counters]) => packed(counters));
    const dropped = await this.#connection.askPatiently((redis) =>
      redis.callBuffer('EVAL', [DROP_UNCHANGED, keys.length, ...keys, ...values]),
    );
    return Number(dropped);
  }

  #explain(message: string): string | null {
    if (!message.startsWith(OTHER_TERMS)) return null;
    const theirs = inWords(message.slice(OTHER_TERMS.length));
    return `it was filled with ${theirs}; this gate is configured with ${inWords(this.#terms)}. Give all gates the same reputation.halfLifeDays, reputation.burstHalfLifeMinutes and privacy, or this one another reputation.redis.prefix`;
  }
}

/** Worst first: what tells little, and of that what was not seen for long. */
function byWorth([, a]: Entry, [, b]: Entry): number {
  return Number(saysLittle(b)) - Number(saysLittle(a)) || a.lastSeen - b.lastSeen;
}

function found(
  keys: readonly ReputationKey[],
  values: readonly (Buffer | null)[],
): Map<ReputationKey, Counters> {
  const map = new Map<ReputationKey, Counters>();
  keys.forEach((key, index) => {
    const value = values[index];
    // Empty: counted before, and gone since.
    if (value != null && value.length > 0) map.set(key, unpacked(value));
  });
  return map;
}

function buffersOf(reply: unknown): Buffer[] {
  if (!Array.isArray(reply) || !reply.every((value) => Buffer.isBuffer(value)))
    throw new Error('a reply that is no list of values');
  return reply;
}

/** What all who share a server must agree on, or their counts and keys mean different things. */
function termsOf({ halfLives: { lastingMs, burstMs }, fingerprint }: RedisStoreOptions): string {
  return `${lastingMs} ${burstMs} ${fingerprint ?? PLAIN}`;
}

function inWords(terms: string): string {
  const [lasting, burst, fingerprint] = terms.split(' ');
  const addresses =
    fingerprint === PLAIN ? 'addresses as they are' : `addresses hashed under the key number ${fingerprint}`;
  return `half-lives of ${Number(lasting) / DAY_MS} days and ${Number(burst) / MINUTE_MS} minutes, ${addresses}`;
}
