import { setImmediate as nextTurn } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import type { Config } from '../config/schema.ts';
import { EvidenceFailure } from '../evidence/evidence.ts';
import type { Metrics } from '../observe/metrics.ts';
import { type Counters, countersOf, merge, standingOf } from './fold.ts';
import { isRemembered } from './key.ts';
import type { Observation, Reputation, ReputationKey, Standing } from './reputation.ts';
import { StandingTable } from './table.ts';

const DAY_MS = 86_400_000;

/** About 150 bytes a row and its index entry: 2 million are some 300 MB, more correspondents than a company has. */
const MAX_ROWS = 2_000_000;

/** Pruning counts the rows, which reads an index from end to end; once an hour nobody notices. */
const PRUNE_EVERY_MS = 3_600_000;

/** Rows that one pruning may drop: some 50 ms of the thread. Where there are more, the next batch goes on. */
const PRUNE_ROWS = 5_000;

/** Rows of one transaction: some 10 ms of the thread. */
const ROWS_PER_TRANSACTION = 1_000;

/** What may wait while the file cannot be written: minutes of busy mail, some 40 MB. Beyond it new keys are not learned. */
export const MAX_WAITING = 200_000;

/** In the cache for a key that the file does not have. */
const ABSENT = Symbol('absent');

/**
 * Reputation in a SQLite file: lru-cache in front, written behind in batches. `onFault` hears what went wrong where
 * nobody waits for an answer (a batch that could not be written stays and is tried again).
 */
export function openReputation(
  config: Config['reputation'],
  metrics: Metrics,
  onFault: (fault: Error) => void = (fault) => process.emitWarning(fault),
): Reputation {
  const table = new StandingTable(config.file, config.halfLifeDays * DAY_MS);
  return new SqliteReputation(table, config, metrics, onFault);
}

class SqliteReputation implements Reputation {
  readonly #table: StandingTable;
  readonly #config: Config['reputation'];
  readonly #halfLifeMs: number;
  readonly #metrics: Metrics;
  readonly #onFault: (fault: Error) => void;
  readonly #cache: LRUCache<ReputationKey, Counters | typeof ABSENT>;
  /** Observed and not yet in the file: to be added to the row. */
  readonly #waiting = new Map<ReputationKey, Counters>();
  readonly #timer: NodeJS.Timeout;
  #prunedAt = 0;
  #foreignWrites = 0;
  #scheduled = false;
  #full = false;
  #closed = false;

  constructor(
    table: StandingTable,
    config: Config['reputation'],
    metrics: Metrics,
    onFault: (fault: Error) => void,
  ) {
    this.#table = table;
    this.#config = config;
    this.#halfLifeMs = config.halfLifeDays * DAY_MS;
    this.#metrics = metrics;
    this.#onFault = onFault;
    this.#cache = new LRUCache({ max: config.cacheEntries });
    this.#timer = setInterval(() => void this.#writeBehind(), config.flushIntervalMs).unref();
  }

  async lookup(keys: readonly ReputationKey[], at: Date): Promise<ReadonlyMap<ReputationKey, Standing>> {
    if (this.#closed) throw new EvidenceFailure('unavailable', `${this.#config.file}: closed`);
    const found = new Map<ReputationKey, Standing>();
    try {
      this.#forgetWhatOthersWrote();
      for (const key of keys) {
        const counters = this.#current(key);
        if (counters !== null) found.set(key, standingOf(counters, at, this.#halfLifeMs));
      }
    } catch (error) {
      throw new EvidenceFailure('unavailable', this.#faultOf(error).message, { cause: error });
    }
    return found;
  }

  observe(observation: Observation): void {
    const counters = countersOf(observation, this.#halfLifeMs);
    if (counters === null || this.#closed) return;
    for (const key of new Set(observation.keys)) if (isRemembered(key)) this.#wait(key, counters);
    if (this.#waiting.size >= this.#config.flushEntries && !this.#scheduled) {
      this.#scheduled = true;
      setImmediate(() => void this.#writeBehind());
    }
  }

  async flush(): Promise<void> {
    while (this.#waiting.size > 0) {
      try {
        this.#writeBatch();
      } catch (error) {
        throw this.#faultOf(error);
      }
      await nextTurn();
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    clearInterval(this.#timer);
    try {
      await this.flush();
    } finally {
      this.#closed = true;
      this.#table.close();
    }
  }

  #wait(key: ReputationKey, counters: Counters): void {
    const before = this.#waiting.get(key);
    if (before === undefined && this.#waiting.size >= MAX_WAITING) {
      if (!this.#full)
        this.#onFault(new Error(`${this.#config.file}: ${MAX_WAITING} keys wait; new ones are not learned`));
      this.#full = true;
      return;
    }
    this.#waiting.set(key, before === undefined ? counters : merge(before, counters));
  }

  /** Row and what waits to be added to it. */
  #current(key: ReputationKey): Counters | null {
    const stored = this.#stored(key);
    const waiting = this.#waiting.get(key) ?? null;
    if (stored === null || waiting === null) return stored ?? waiting;
    return merge(stored, waiting);
  }

  #stored(key: ReputationKey): Counters | null {
    const cached = this.#cache.get(key);
    this.#metrics.reputationCache.inc({ result: cached === undefined ? 'miss' : 'hit' });
    if (cached !== undefined) return cached === ABSENT ? null : cached;
    const row = this.#table.get(key);
    this.#cache.set(key, row ?? ABSENT);
    return row;
  }

  /** Feedback is given by another process, into the same file; a cached row would hide it. */
  #forgetWhatOthersWrote(): void {
    const writes = this.#table.foreignWrites();
    if (writes !== this.#foreignWrites) this.#cache.clear();
    this.#foreignWrites = writes;
  }

  async #writeBehind(): Promise<void> {
    this.#scheduled = false;
    if (this.#closed) return;
    try {
      await this.flush();
      this.#full = false;
      if (!this.#closed) this.#prune(new Date());
    } catch (error) {
      this.#onFault(this.#faultOf(error));
    }
  }

  #writeBatch(): void {
    const batch = [...this.#waiting.entries().take(ROWS_PER_TRANSACTION)];
    const written = this.#table.add(batch);
    for (const [key, counters] of written) {
      this.#waiting.delete(key);
      this.#cache.set(key, counters);
    }
  }

  #prune(now: Date): void {
    if (now.getTime() - this.#prunedAt < PRUNE_EVERY_MS) return;
    const dropped = this.#table.prune(now, MAX_ROWS, PRUNE_ROWS);
    if (dropped > 0) this.#cache.clear();
    if (dropped < PRUNE_ROWS) this.#prunedAt = now.getTime();
  }

  #faultOf(error: unknown): Error {
    const message = error instanceof Error ? error.message : String(error);
    return message.startsWith(this.#config.file)
      ? new Error(message, { cause: error })
      : new Error(`${this.#config.file}: ${message}`, { cause: error });
  }
}
