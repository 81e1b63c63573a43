import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { inTransaction, openSqlite } from '../sqlite.ts';
import { type Counters, merge, withHalfLife } from './fold.ts';
import type { ReputationKey } from './reputation.ts';

/** Long enough for another process to write one batch; short, because the whole gate waits with it. */
const BUSY_MS = 50;

/** After this many half-lives an event weighs 1/4096: nothing that a score could notice, so the name may go, too. */
const FORGET_HALF_LIVES = 12;

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
];

/** The SQLite table of counters. Synchronous; throws what node:sqlite throws. */
export class StandingTable {
  readonly #database: DatabaseSync;
  readonly #halfLifeMs: number;
  readonly #select: StatementSync;
  readonly #replace: StatementSync;
  readonly #version: StatementSync;

  constructor(path: string, halfLifeMs: number) {
    this.#halfLifeMs = halfLifeMs;
    this.#database = openSqlite(path, {
      migrations: MIGRATIONS,
      durability: 'normal',
      busyMs: BUSY_MS,
      remedy:
        'Move it away (with its -wal and -shm) and start again: senders are learned anew from the mail that comes.',
    });
    this.#select = this.#database.prepare('SELECT * FROM standing WHERE key = ?');
    this.#replace = this.#database.prepare('REPLACE INTO standing VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');
    this.#version = this.#database.prepare('PRAGMA data_version');
    this.#adoptHalfLife();
  }

  get(key: ReputationKey): Counters | null {
    const row = this.#select.get(key);
    return row === undefined ? null : countersOfRow(row);
  }

  /** Adds counters in one transaction, and gives what the rows hold now. Additive, so other processes may do the same. */
  add(
    batch: readonly (readonly [ReputationKey, Counters])[],
  ): readonly (readonly [ReputationKey, Counters])[] {
    return inTransaction(this.#database, () =>
      batch.map(([key, counters]) => {
        const before = this.get(key);
        const after = before === null ? counters : merge(before, counters);
        this.#put(key, after);
        return [key, after] as const;
      }),
    );
  }

  /** A number that changes when another connection has written. */
  foreignWrites(): number {
    return Number(this.#version.get()?.data_version ?? 0);
  }

  /**
   * Drops keys not seen for FORGET_HALF_LIVES, then, where there are more than `maxRows`, the longest unseen: those seen
   * only once go first, so that a flood of invented senders pushes out itself and not our correspondents. At most
   * `limit` rows each time; returns how many.
   */
  prune(now: Date, maxRows: number, limit: number): number {
    // The newest observation where it is older than the clock: a replay of old mail must not be forgotten at once.
    const newest = Number(this.#database.prepare('SELECT max(last_seen) AS at FROM standing').get()?.at ?? 0);
    const before = Math.min(now.getTime(), newest) - FORGET_HALF_LIVES * this.#halfLifeMs;
    let dropped = this.#drop('last_seen < ?', before, limit);
    for (const once of ['first_seen = last_seen', 'true']) {
      const excess = Math.min(this.rows() - maxRows, limit - dropped);
      if (excess <= 0) break;
      dropped += this.#drop(`${once} AND last_seen <= ?`, newest, excess);
    }
    return dropped;
  }

  rows(): number {
    return Number(this.#database.prepare('SELECT count(*) AS n FROM standing').get()?.n ?? 0);
  }

  close(): void {
    this.#database.close();
  }

  #drop(condition: string, lastSeen: number, limit: number): number {
    const sql = `DELETE FROM standing WHERE key IN
      (SELECT key FROM standing WHERE ${condition} ORDER BY last_seen LIMIT ?)`;
    return Number(this.#database.prepare(sql).run(lastSeen, limit).changes);
  }

  #put(key: string, c: Counters): void {
    this.#replace.run(
      key,
      c.era,
      c.firstSeen,
      c.lastSeen,
      c.messages,
      c.held,
      c.refused,
      c.reportedBad,
      c.reportedGood,
    );
  }

  /** The counts are scaled for one half-life; a file made under another is converted once. */
  #adoptHalfLife(): void {
    const saved = this.#database
      .prepare("SELECT value FROM setting WHERE name = 'half_life_ms'")
      .get()?.value;
    if (saved === this.#halfLifeMs) return;
    inTransaction(this.#database, () => {
      if (typeof saved === 'number') {
        for (const row of this.#database.prepare('SELECT * FROM standing').all()) {
          this.#put(String(row.key), withHalfLife(countersOfRow(row), saved, this.#halfLifeMs));
        }
      }
      this.#database.prepare("REPLACE INTO setting VALUES ('half_life_ms', ?)").run(this.#halfLifeMs);
    });
  }
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
  };
}
