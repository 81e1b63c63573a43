import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Mistake } from '../mistake.ts';
import { inTransaction, openSqlite } from '../sqlite.ts';
import { type Counters, FORGET_HALF_LIVES, type HalfLives, merge, withHalfLives } from './fold.ts';
import type { ReputationKey } from './key.ts';
import type { CounterStore, Entry } from './store.ts';

/** Long enough for another process to write one batch; short, because the whole gate waits with it. */
const BUSY_MS = 50;

/**
 * Rows that one step of pruning drops: some 10 ms of the thread with millions of rows, 30 where a checkpoint comes with it. Where there
 * are more, the next step goes on, when mail had its turn.
 */
export const PRUNE_ROWS = 100;

/** Keys are spread over the whole file: the upper pages of its trees stay in memory, and a checkpoint has few pages to write. */
const CACHE_KIB = 32_768;
const CHECKPOINT_PAGES = 250;

/** Rows of one page of `entries`: a few milliseconds of the thread. */
const PAGE_ROWS = 1_000;

const MIGRATIONS = [
  `CREATE TABLE standing (
     key TEXT PRIMARY KEY,
     era INTEGER NOT NULL,
     first_seen INTEGER NOT NULL,
     last_seen INTEGER NOT NULL,
     messages REAL NOT NULL,
     held REAL NOT NULL,
     refused REAL NOT NULL,
     reported_bad REAL NOT NULL,
     reported_good REAL NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX standing_by_last_seen ON standing (last_seen);
   CREATE INDEX standing_seen_once ON standing (last_seen) WHERE first_seen = last_seen;
   CREATE TABLE setting (name TEXT PRIMARY KEY, value REAL NOT NULL) STRICT, WITHOUT ROWID;`,
  `ALTER TABLE standing ADD COLUMN outbound REAL NOT NULL DEFAULT 0;
   ALTER TABLE standing ADD COLUMN burst_era INTEGER NOT NULL DEFAULT 0;
   ALTER TABLE standing ADD COLUMN recent REAL NOT NULL DEFAULT 0;
   DROP INDEX standing_seen_once;
   CREATE INDEX standing_says_little ON standing (last_seen)
     WHERE first_seen = last_seen AND outbound = 0 AND reported_bad = 0 AND reported_good = 0;`,
  `INSERT INTO setting SELECT 'rows', count(*) FROM standing;`,
];

/** `saysLittle`, in the words of the index standing_says_little. */
export const SAYS_LITTLE =
  'first_seen = last_seen AND outbound = 0 AND reported_bad = 0 AND reported_good = 0';

/** The time of the newest observation. */
export const NEWEST = 'SELECT max(last_seen) AS at FROM standing';

/** Deletes the oldest of those that are so: with two parameters, a time for the condition and how many. */
export function dropSql(condition: string): string {
  return `DELETE FROM standing WHERE key IN
    (SELECT key FROM standing WHERE ${condition} ORDER BY last_seen LIMIT ?)`;
}

const COLUMNS = {
  era: 'era',
  firstSeen: 'first_seen',
  lastSeen: 'last_seen',
  messages: 'messages',
  held: 'held',
  refused: 'refused',
  reportedBad: 'reported_bad',
  reportedGood: 'reported_good',
  outbound: 'outbound',
  burstEra: 'burst_era',
  recent: 'recent',
} as const satisfies Record<keyof Counters, string>;
const FIELDS = Object.keys(COLUMNS) as (keyof Counters)[];

/** Counters in a SQLite file. Synchronous; throws what node:sqlite throws. */
export class SqliteStore implements CounterStore {
  readonly name: string;
  readonly kind = 'sqlite';
  readonly answersHoldMs = Number.POSITIVE_INFINITY;
  readonly #database: DatabaseSync;
  readonly #halfLives: HalfLives;
  readonly #maxRows: number;
  readonly #select: StatementSync;
  readonly #replace: StatementSync;
  readonly #delete: StatementSync;
  readonly #version: StatementSync;
  readonly #count: StatementSync;
  #foreignWrites = 0;

  /** `fingerprint` is of the key under which names and addresses are hashed; null where they are kept as they are. */
  constructor(path: string, halfLives: HalfLives, maxRows: number, fingerprint: number | null = null) {
    this.name = path;
    this.#halfLives = halfLives;
    this.#maxRows = maxRows;
    this.#database = openSqlite(path, {
      migrations: MIGRATIONS,
      durability: 'normal',
      busyMs: BUSY_MS,
      remedy:
        'Move it away (with its -wal and -shm) and make it again with `postern reputation rebuild`; or start without: senders are learned anew.',
    });
    this.#database.exec(`PRAGMA cache_size = -${CACHE_KIB}; PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
    this.#select = this.#database.prepare('SELECT * FROM standing WHERE key = ?');
    this.#replace = this.#database.prepare(
      `REPLACE INTO standing (key, ${FIELDS.map((field) => COLUMNS[field]).join(', ')})
       VALUES (?${', ?'.repeat(FIELDS.length)})`,
    );
    this.#delete = this.#database.prepare('DELETE FROM standing WHERE key = ?');
    this.#version = this.#database.prepare('PRAGMA data_version');
    this.#count = this.#database.prepare("UPDATE setting SET value = value + ? WHERE name = 'rows'");
    try {
      this.#adoptHalfLives();
      this.#adoptKey(fingerprint);
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  changedByOthers(): boolean {
    const writes = Number(this.#version.get()?.data_version ?? 0);
    const changed = writes !== this.#foreignWrites;
    this.#foreignWrites = writes;
    return changed;
  }

  read(keys: readonly ReputationKey[]): ReadonlyMap<ReputationKey, Counters> {
    const found = new Map<ReputationKey, Counters>();
    for (const key of keys) {
      const row = this.#select.get(key);
      if (row !== undefined) found.set(key, countersOfRow(row));
    }
    return found;
  }

  add(batch: readonly Entry[]): ReadonlyMap<ReputationKey, Counters> {
    return inTransaction(this.#database, () => {
      const after = new Map<ReputationKey, Counters>();
      let fresh = 0;
      for (const [key, counters] of batch) {
        const before = after.get(key) ?? this.read([key]).get(key);
        const sum = before === undefined ? counters : merge(before, counters);
        this.#put(key, sum);
        after.set(key, sum);
        if (before === undefined) fresh += 1;
      }
      this.#count.run(fresh);
      return after;
    });
  }

  /**
   * Drops keys not seen for FORGET_HALF_LIVES, then, where there are too many, the longest unseen: first those that say
   * little, so that a flood of invented senders pushes out itself and not our correspondents.
   */
  prune(now: Date): number {
    // The newest observation where it is older than the clock: a replay of old mail must not be forgotten at once.
    const newest = Number(this.#database.prepare(NEWEST).get()?.at ?? 0);
    const before = Math.min(now.getTime(), newest) - FORGET_HALF_LIVES * this.#halfLives.lastingMs;
    let dropped = this.#drop('last_seen < ?', before, PRUNE_ROWS);
    for (const which of [SAYS_LITTLE, 'true']) {
      const excess = Math.min(this.rows() - this.#maxRows, PRUNE_ROWS - dropped);
      if (excess <= 0) break;
      dropped += this.#drop(`${which} AND last_seen <= ?`, newest, excess);
    }
    return dropped;
  }

  /** Kept beside the rows: counting them would hold the thread, for a second where there are millions. */
  rows(): number {
    return Number(this.#database.prepare("SELECT value FROM setting WHERE name = 'rows'").get()?.value ?? 0);
  }

  async *entries(): AsyncGenerator<Entry> {
    for (const page of this.#pages()) {
      yield* page;
      await nextTurn();
    }
  }

  forget(keys: readonly ReputationKey[]): number {
    return this.#deleting(() =>
      keys.reduce((count, key) => count + Number(this.#delete.run(key).changes), 0),
    );
  }

  close(): void {
    this.#database.close();
  }

  #drop(condition: string, lastSeen: number, limit: number): number {
    return this.#deleting(() =>
      Number(this.#database.prepare(dropSql(condition)).run(lastSeen, limit).changes),
    );
  }

  #deleting(work: () => number): number {
    return inTransaction(this.#database, () => {
      const count = work();
      this.#count.run(-count);
      return count;
    });
  }

  /** The rows of the table by key, some at a time: there may be more than fit into memory. */
  *#pages(): Generator<readonly Entry[]> {
    const page = this.#database.prepare('SELECT * FROM standing WHERE key > ? ORDER BY key LIMIT ?');
    let after = '';
    for (;;) {
      const rows = page.all(after, PAGE_ROWS);
      const last = rows.at(-1);
      if (last === undefined) return;
      yield rows.map((row): Entry => [row.key as ReputationKey, countersOfRow(row)]);
      after = String(last.key);
    }
  }

  #put(key: string, counters: Counters): void {
    this.#replace.run(key, ...FIELDS.map((field) => counters[field]));
  }

  /** The counts are scaled for their half-lives; a file made under others is converted once. */
  #adoptHalfLives(): void {
    const saved = this.#savedHalfLives();
    const { lastingMs, burstMs } = this.#halfLives;
    if (saved?.lastingMs === lastingMs && saved.burstMs === burstMs) return;
    inTransaction(this.#database, () => {
      if (saved !== null) {
        for (const page of this.#pages()) {
          for (const [key, counters] of page) this.#put(key, withHalfLives(counters, saved, this.#halfLives));
        }
      }
      const set = this.#database.prepare('REPLACE INTO setting VALUES (?, ?)');
      set.run('half_life_ms', lastingMs);
      set.run('burst_half_life_ms', burstMs);
    });
  }

  /** Names and their hashes in one file would be two memories of which each knows half. An empty file takes what comes. */
  #adoptKey(fingerprint: number | null): void {
    const row = this.#database.prepare("SELECT value FROM setting WHERE name = 'privacy_key'").get();
    const saved = typeof row?.value === 'number' ? row.value : null;
    if (saved === fingerprint) return;
    if (this.rows() > 0) throw new Mistake(`${this.name}: ${unlike(saved, fingerprint)}. ${ANEW}`);
    this.#database.exec("DELETE FROM setting WHERE name = 'privacy_key'");
    if (fingerprint !== null)
      this.#database.prepare("INSERT INTO setting VALUES ('privacy_key', ?)").run(fingerprint);
  }

  #savedHalfLives(): HalfLives | null {
    const get = this.#database.prepare('SELECT value FROM setting WHERE name = ?');
    const lasting = get.get('half_life_ms')?.value;
    if (typeof lasting !== 'number') return null;
    // A file of the first schema has no bursts yet, so any half-life is right for them.
    const burst = get.get('burst_half_life_ms')?.value;
    return { lastingMs: lasting, burstMs: typeof burst === 'number' ? burst : this.#halfLives.burstMs };
  }
}

const ANEW =
  'Make it again with `postern reputation rebuild`, or move it away (with its -wal and -shm) to start anew';

function unlike(saved: number | null, fingerprint: number | null): string {
  if (saved === null) return 'keeps addresses as they are, and privacy.addresses is hashed';
  if (fingerprint === null) return 'keeps addresses hashed, and privacy.addresses is plain';
  return 'was filled under another key than that of privacy.keyFile: put that key back';
}

function countersOfRow(row: Record<string, unknown>): Counters {
  return {
    era: Number(row.era),
    firstSeen: Number(row.first_seen),
    lastSeen: Number(row.last_seen),
    messages: Number(row.messages),
    held: Number(row.held),
    refused: Number(row.refused),
    reportedBad: Number(row.reported_bad),
    reportedGood: Number(row.reported_good),
    outbound: Number(row.outbound),
    burstEra: Number(row.burst_era),
    recent: Number(row.recent),
  };
}
