import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { z } from 'zod';
import { inTransaction, openSqlite, whenUnlocked } from '../sqlite.ts';
import { asStorageError } from '../storage-error.ts';
import type { Held, HeldFilter, HeldState } from './quarantine.ts';

/** The thread waits so long; `change` waits longer, without it. */
const BUSY_MS = 50;

/** Other processes write for milliseconds; a lock for longer than this is a fault, and the sender gets a 4xx. */
const PATIENCE_MS = 2_000;
const LIST_LIMIT = 1_000;

const MIGRATIONS = [
  `CREATE TABLE held (
     id TEXT PRIMARY KEY,
     held_at INTEGER NOT NULL,
     state TEXT NOT NULL CHECK (state IN ('held', 'releasing', 'released', 'deleted', 'expired')),
     envelope TEXT NOT NULL,
     recipients TEXT NOT NULL,
     from_address TEXT NOT NULL,
     subject TEXT NOT NULL,
     category TEXT NOT NULL,
     score REAL NOT NULL,
     reasons TEXT NOT NULL,
     size_bytes INTEGER NOT NULL,
     released_at INTEGER,
     claimed_at INTEGER,
     claimed_by TEXT,
     note TEXT
   ) STRICT;
   CREATE INDEX held_by_state ON held (state, held_at);`,
];

const strings = z.array(z.string());
const envelopes = z.object({
  clientIp: z.string().nullable(),
  clientName: z.string().nullable(),
  helo: z.string().nullable(),
  mailFrom: z.string().nullable(),
  rcptTo: strings,
});
const states = z.enum(['held', 'releasing', 'released', 'deleted', 'expired']);

/** A row that has a claim on it: who is releasing, since when. */
export interface Claim {
  readonly id: string;
  readonly by: string;
  readonly at: Date;
}

/** The rows of the quarantine. Each method is one durable transaction; throws what node:sqlite throws. */
export class HeldRows {
  readonly #path: string;
  readonly #database: DatabaseSync;

  constructor(path: string) {
    this.#path = path;
    this.#database = openSqlite(path, {
      migrations: MIGRATIONS,
      durability: 'full',
      busyMs: BUSY_MS,
      remedy:
        'Restore it from a backup, or move it away together with the folder mail/ beside it, which has the mail itself.',
    });
  }

  /** One change, with patience while another process writes. Throws a StorageError where that does not end, or the disk is full. */
  async change<T>(work: (rows: HeldRows) => T): Promise<T> {
    try {
      return await whenUnlocked(PATIENCE_MS, () => work(this));
    } catch (error) {
      throw asStorageError(this.#path, error);
    }
  }

  insert(held: Held): void {
    this.#run(
      `INSERT INTO held (id, held_at, state, envelope, recipients, from_address, subject, category, score, reasons,
         size_bytes) VALUES (?, ?, 'held', ?, ?, ?, ?, ?, ?, ?, ?)`,
      held.id,
      held.heldAt.getTime(),
      JSON.stringify(held.envelope),
      JSON.stringify(held.recipients),
      held.from,
      held.subject,
      held.category,
      held.score,
      JSON.stringify(held.reasons),
      held.sizeBytes,
    );
  }

  /** Adds recipients to a message that is held. False where it is not held any more. */
  addRecipients(id: string, recipients: readonly string[]): boolean {
    return inTransaction(this.#database, () => {
      const before = this.get(id);
      if (before?.state !== 'held') return false;
      const all = [...new Set([...before.recipients, ...recipients])];
      return this.#run('UPDATE held SET recipients = ? WHERE id = ?', JSON.stringify(all), id) === 1;
    });
  }

  get(id: string): Held | null {
    const row = this.#database.prepare('SELECT * FROM held WHERE id = ?').get(id);
    return row === undefined ? null : heldOf(row);
  }

  /** Newest first. */
  list(filter: HeldFilter): Held[] {
    const conditions = ['true'];
    const values: SQLInputValue[] = [];
    if (filter.state !== undefined) {
      conditions.push('state = ?');
      values.push(filter.state);
    }
    if (filter.recipient !== undefined) {
      conditions.push('EXISTS (SELECT 1 FROM json_each(recipients) WHERE lower(value) = lower(?))');
      values.push(filter.recipient);
    }
    const sql = `SELECT * FROM held WHERE ${conditions.join(' AND ')} ORDER BY held_at DESC, id DESC LIMIT ?`;
    return this.#database
      .prepare(sql)
      .all(...values, filter.limit ?? LIST_LIMIT)
      .map(heldOf);
  }

  count(state: HeldState): number {
    return Number(this.#database.prepare('SELECT count(*) AS n FROM held WHERE state = ?').get(state)?.n);
  }

  /** Rows whose mail file must be there. */
  *withFile(): Generator<Held> {
    const sql = "SELECT * FROM held WHERE state IN ('held', 'releasing', 'released') ORDER BY id";
    for (const row of this.#database.prepare(sql).iterate()) yield heldOf(row);
  }

  /** held → releasing. One caller gets true, in whatever process. */
  claim(claim: Claim): boolean {
    const sql =
      "UPDATE held SET state = 'releasing', claimed_by = ?, claimed_at = ? WHERE id = ? AND state = 'held'";
    return this.#run(sql, claim.by, claim.at.getTime(), claim.id) === 1;
  }

  /** Only the owner of the claim ends it. */
  markReleased(claim: Claim, at: Date): boolean {
    const sql = `UPDATE held SET state = 'released', released_at = ?, note = NULL
      WHERE id = ? AND state = 'releasing' AND claimed_by = ?`;
    return this.#run(sql, at.getTime(), claim.id, claim.by) === 1;
  }

  putBack(claim: Claim, note: Held['note']): boolean {
    const sql = `UPDATE held SET state = 'held', claimed_by = NULL, claimed_at = NULL, note = coalesce(?, note)
      WHERE id = ? AND state = 'releasing' AND claimed_by = ?`;
    return this.#run(sql, note, claim.id, claim.by) === 1;
  }

  claims(): Claim[] {
    const sql = "SELECT id, claimed_by, claimed_at FROM held WHERE state = 'releasing'";
    return this.#database
      .prepare(sql)
      .all()
      .map((row) => ({
        id: String(row.id),
        by: String(row.claimed_by),
        at: new Date(Number(row.claimed_at)),
      }));
  }

  markDeleted(id: string): boolean {
    return (
      this.#run("UPDATE held SET state = 'deleted' WHERE id = ? AND state IN ('held', 'released')", id) === 1
    );
  }

  /** held → expired, without what the row said of people. True where this call did it. */
  markExpired(id: string): boolean {
    const sql = `UPDATE held SET state = 'expired', recipients = '[]', from_address = '', subject = '', reasons = '[]',
        envelope = '{"clientIp":null,"clientName":null,"helo":null,"mailFrom":null,"rcptTo":[]}'
      WHERE id = ? AND state = 'held'`;
    return this.#run(sql, id) === 1;
  }

  remove(id: string, state: HeldState): boolean {
    return this.#run('DELETE FROM held WHERE id = ? AND state = ?', id, state) === 1;
  }

  heldBefore(moment: Date, state: HeldState): Held[] {
    const sql = 'SELECT * FROM held WHERE state = ? AND held_at < ?';
    return this.#database.prepare(sql).all(state, moment.getTime()).map(heldOf);
  }

  /** Throws where nothing can be written. */
  probe(): void {
    inTransaction(this.#database, () => this.#run("DELETE FROM held WHERE id = ''"));
  }

  close(): void {
    this.#database.close();
  }

  #run(sql: string, ...values: SQLInputValue[]): number {
    return Number(this.#database.prepare(sql).run(...values).changes);
  }
}

function heldOf(row: Record<string, unknown>): Held {
  return {
    id: String(row.id),
    heldAt: new Date(Number(row.held_at)),
    state: states.parse(row.state),
    envelope: envelopes.parse(JSON.parse(String(row.envelope))),
    recipients: strings.parse(JSON.parse(String(row.recipients))),
    from: String(row.from_address),
    subject: String(row.subject),
    category: String(row.category),
    score: Number(row.score),
    reasons: strings.parse(JSON.parse(String(row.reasons))),
    sizeBytes: Number(row.size_bytes),
    releasedAt: row.released_at === null ? null : new Date(Number(row.released_at)),
    note: row.note === 'release_interrupted' ? row.note : null,
  };
}
