import { setImmediate as nextTurn } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import { EvidenceFailure } from '../evidence/evidence.ts';
import type { Metrics } from '../observe/metrics.ts';
import { type Counters, countersOf, type HalfLives, merge, standingOf } from './fold.ts';
import { isRemembered, type ReputationKey } from './key.ts';
import type { Observation, Reputation, Standing } from './reputation.ts';
import type { CounterStore, Entry } from './store.ts';

/** How often a store is asked whether it has too much: it grows by the day. */
const PRUNE_EVERY_MS = 3_600_000;

/** Steps of pruning after one write: thousands of rows a second, more than mail brings. */
const PRUNE_STEPS = 20;

/** Asked of a store to see whether it answers. No mail comes from there, RFC 2606 section 2. */
const PROBE: readonly ReputationKey[] = ['domain:health.invalid'];

/** Entries of one write: some 20 ms of the thread where a file has millions of them. */
const ENTRIES_PER_WRITE = 250;

/** What may wait while the store cannot be written: minutes of busy mail, some 40 MB. Beyond it new keys are not learned. */
export const MAX_WAITING = 200_000;

/** A key of the cache with its counters: two bytes a character, 11 numbers and what the cache needs itself, as measured. */
const ENTRY_BYTES = 300;
/** The same for a key that the store does not have. */
const ABSENT_BYTES = 180;

/** In the cache for a key that the store does not have. */
const ABSENT = Symbol('absent');
type Cached = Counters | typeof ABSENT;

export interface RememberOptions {
  readonly store: CounterStore;
  readonly halfLives: HalfLives;
  readonly cacheBytes: number;
  readonly flushIntervalMs: number;
  readonly flushEntries: number;
  readonly metrics: Metrics;
  /** Hears what went wrong where nobody waits for an answer: what could not be written stays and is tried again. */
  readonly onFault: (fault: Error) => void;
}

/** Reputation over a store: lru-cache in front, written behind in batches. */
export class StoredReputation implements Reputation {
  readonly #options: RememberOptions;
  readonly #store: CounterStore;
  readonly #cache: LRUCache<ReputationKey, Cached>;
  /** Observed and not yet sent to the store: to be added to what it has. */
  #waiting = new Map<ReputationKey, Counters>();
  /** On the way to the store, or to be sent again as it was: what is cached lacks it. */
  #batch: readonly Entry[] = [];
  #writing = new Map<ReputationKey, Counters>();
  /** The store may have the batch, and could not say so. */
  #inDoubt = false;
  readonly #timer: NodeJS.Timeout;
  #flushing: Promise<void> | null = null;
  #prunedAt = 0;
  #isPruning = false;
  #full = false;
  #closed = false;

  constructor(options: RememberOptions) {
    this.#options = options;
    this.#store = options.store;
    this.#cache = new LRUCache({
      maxSize: options.cacheBytes,
      sizeCalculation: (value, key) => 2 * key.length + (value === ABSENT ? ABSENT_BYTES : ENTRY_BYTES),
      ...(Number.isFinite(options.store.answersHoldMs) && { ttl: options.store.answersHoldMs }),
    });
    this.#timer = setInterval(() => void this.#writeBehind(), options.flushIntervalMs).unref();
    options.metrics.readReputationWaitingFrom(() => this.#waiting.size + this.#writing.size);
  }

  async lookup(keys: readonly ReputationKey[], at: Date): Promise<ReadonlyMap<ReputationKey, Standing>> {
    if (this.#closed) throw new EvidenceFailure('unavailable', `${this.#store.name}: closed`);
    const done = this.#options.metrics.reputationLookupSeconds.startTimer({ store: this.#store.kind });
    try {
      if (this.#store.changedByOthers()) this.#cache.clear();
      const hits = this.#cached(keys);
      const missing = keys.filter((key) => !hits.has(key));
      this.#count(hits, missing.length);
      const read = missing.length === 0 ? NOTHING : await this.#read(missing);
      const found = new Map<ReputationKey, Standing>();
      for (const key of keys) {
        const counters = this.#current(key, hits, read);
        if (counters !== null) found.set(key, standingOf(counters, at, this.#options.halfLives));
      }
      return found;
    } catch (error) {
      if (error instanceof EvidenceFailure) throw error;
      throw new EvidenceFailure('unavailable', this.#faultOf(error).message, { cause: error });
    } finally {
      done();
    }
  }

  /** Throws, with why, where the store does not answer. */
  async check(): Promise<void> {
    await this.#store.read(PROBE);
  }

  observe(observation: Observation): void {
    const counters = countersOf(observation, this.#options.halfLives);
    if (counters === null || this.#closed) return;
    for (const key of new Set(observation.keys)) if (isRemembered(key)) this.#wait(key, counters);
    if (this.#waiting.size >= this.#options.flushEntries) setImmediate(() => void this.#writeBehind());
  }

  async flush(): Promise<void> {
    // Somebody else's flush may have begun before the last observation.
    while (this.#waiting.size > 0 || this.#batch.length > 0 || this.#flushing !== null) {
      this.#flushing ??= this.#writeAll().finally(() => {
        this.#flushing = null;
      });
      await this.#flushing;
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    clearInterval(this.#timer);
    try {
      await this.flush();
    } finally {
      this.#closed = true;
      this.#options.metrics.readReputationWaitingFrom(null);
      await this.#store.close();
    }
  }

  #wait(key: ReputationKey, counters: Counters): void {
    const before = this.#waiting.get(key);
    if (before === undefined && this.#waiting.size >= MAX_WAITING) {
      this.#options.metrics.reputationDropped.inc();
      if (!this.#full)
        this.#options.onFault(
          new Error(`${this.#store.name}: ${MAX_WAITING} keys wait; new ones are not learned`),
        );
      this.#full = true;
      return;
    }
    this.#waiting.set(key, before === undefined ? counters : merge(before, counters));
  }

  /** Kept apart: what is in the cache now may have left it when the store has answered for the others. */
  #cached(keys: readonly ReputationKey[]): ReadonlyMap<ReputationKey, Cached> {
    const hits = new Map<ReputationKey, Cached>();
    for (const key of keys) {
      const cached = this.#cache.get(key);
      if (cached !== undefined) hits.set(key, cached);
    }
    return hits;
  }

  /**
   * Asks the store, and keeps what it says. It answers in order: what was on the way to it before is in the answer, and done. So what is in
   * doubt is sent again first.
   */
  async #read(keys: readonly ReputationKey[]): Promise<ReadonlyMap<ReputationKey, Counters>> {
    if (this.#inDoubt && this.#flushing === null) void this.#writeBehind();
    const answer = await this.#store.read(keys);
    for (const key of keys) this.#cache.set(key, answer.get(key) ?? ABSENT);
    return answer;
  }

  /** What the store has, what is on the way to it, and what waits. */
  #current(
    key: ReputationKey,
    hits: ReadonlyMap<ReputationKey, Cached>,
    answer: ReadonlyMap<ReputationKey, Counters>,
  ): Counters | null {
    const stored = this.#cache.get(key) ?? hits.get(key) ?? answer.get(key) ?? ABSENT;
    return [this.#writing.get(key), this.#waiting.get(key)].reduce<Counters | null>(
      (sum, more) => (more === undefined ? sum : sum === null ? more : merge(sum, more)),
      stored === ABSENT ? null : stored,
    );
  }

  async #writeBehind(): Promise<void> {
    if (this.#closed) return;
    try {
      await this.flush();
      this.#full = false;
      if (!this.#closed) await this.#prune(new Date());
    } catch (error) {
      this.#options.onFault(this.#faultOf(error));
    }
  }

  async #writeAll(): Promise<void> {
    for (;;) {
      if (this.#batch.length === 0) this.#takeBatch();
      if (this.#batch.length === 0) return;
      try {
        const answer = this.#store.add(this.#batch);
        this.#inDoubt ||= answer instanceof Promise;
        const written = answer instanceof Promise ? await answer : answer;
        this.#batch = [];
        this.#writing = new Map();
        this.#inDoubt = false;
        for (const [key, counters] of written) this.#cache.set(key, counters);
      } catch (error) {
        throw this.#faultOf(error);
      }
      await nextTurn();
    }
  }

  #takeBatch(): void {
    this.#batch = [...this.#waiting.entries().take(ENTRIES_PER_WRITE)];
    for (const [key] of this.#batch) this.#waiting.delete(key);
    this.#writing = new Map(this.#batch);
  }

  async #prune(now: Date): Promise<void> {
    if (this.#isPruning || now.getTime() - this.#prunedAt < PRUNE_EVERY_MS) return;
    this.#isPruning = true;
    try {
      for (let step = 0; step < PRUNE_STEPS && !this.#closed; step += 1) {
        const dropped = await this.#store.prune(now);
        if (dropped === 0) {
          this.#prunedAt = now.getTime();
          return;
        }
        this.#cache.clear();
        await nextTurn();
      }
    } finally {
      this.#isPruning = false;
    }
  }

  #count(hits: ReadonlyMap<ReputationKey, Cached>, misses: number): void {
    const { reputationCache } = this.#options.metrics;
    const negative = [...hits.values()].filter((cached) => cached === ABSENT).length;
    if (hits.size > negative) reputationCache.inc({ result: 'hit' }, hits.size - negative);
    if (negative > 0) reputationCache.inc({ result: 'negative' }, negative);
    if (misses > 0) reputationCache.inc({ result: 'miss' }, misses);
  }

  #faultOf(error: unknown): Error {
    const message = error instanceof Error ? error.message : String(error);
    return message.startsWith(this.#store.name)
      ? new Error(message, { cause: error })
      : new Error(`${this.#store.name}: ${message}`, { cause: error });
  }
}

const NOTHING: ReadonlyMap<ReputationKey, Counters> = new Map();
