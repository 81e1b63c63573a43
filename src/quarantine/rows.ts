import { gunzipSync } from 'node:zlib';
import { type Kysely, sql } from 'kysely';
import { dialectOf } from '../database/dialect.ts';
import { asDatabaseError } from '../database/failures.ts';
import type { Database } from '../database/open.ts';
import { patiently } from '../database/patience.ts';
import type { DecisionRecord } from '../ledger/record.ts';
import type { Claim } from './claims.ts';
import { all, type Condition, inScopeOfMessage, isWhole, oneOf } from './conditions.ts';
import { addressKeys, keyOf, storable } from './keys.ts';
import type { Held, HeldChoice, HeldPage, HeldQuery, HeldState, HeldSummary } from './quarantine.ts';
import { type HeldRow, heldOfRows } from './read-rows.ts';
import { type Scope, WHOLE } from './scope.ts';
import { findHeld, similarHeld, summaryOf } from './search.ts';
import type { HeldTables } from './tables.ts';
import { wordsOf } from './words.ts';

type Connection = Kysely<HeldTables>;

/** What `insert` writes. */
export interface NewHeld {
  readonly held: Held;
  /** Gzip of the decision's record. */
  readonly record: Uint8Array;
}

/** States in which a recipient may still want the mail. */
const NEEDS_MAIL: readonly HeldState[] = ['held', 'releasing', 'released'];

/** Of one question of the upkeep. */
const AT_ONCE = 500;

/**
 * The rows of the quarantine. Each method is one transaction, durable when it resolves, with patience while another process writes.
 * Throws a StorageError that names the database where that does not end, it is gone, or full.
 */
export class HeldRows {
  readonly #database: Connection;
  readonly #place: string;

  constructor(database: Database, place: string) {
    this.#database = database.withTables<Record<never, never>>() as unknown as Connection;
    this.#place = place;
  }

  insert(one: NewHeld): Promise<void> {
    return this.insertAll([one]);
  }

  /** All of them or none. */
  insertAll(list: readonly NewHeld[]): Promise<void> {
    return this.#change(async (to) => {
      for (const { held, record } of list) {
        await to.insertInto('held').values(rowOf(held)).execute();
        await insertFates(to, held.id, held.recipients, 0);
        for (const likeness of held.likeness)
          await to
            .insertInto('held_likeness')
            .values({ id: held.id, likeness: storable(likeness) })
            .execute();
        await to.insertInto('held_record').values({ id: held.id, record }).execute();
        await writeWords(to, held);
      }
    });
  }

  /** Adds recipients to a message that is held for somebody. False where it is not held any more. */
  addRecipients(id: string, recipients: readonly string[]): Promise<boolean> {
    return this.#change(async (to) => {
      await lock(to, id);
      const before = await getHeld(to, id, WHOLE);
      if (before?.state !== 'held') return false;
      const added = recipients.filter((one) => !before.recipients.includes(one));
      await insertFates(to, id, added, before.recipients.length);
      await removeWords(to, id);
      await writeWords(to, { ...before, recipients: [...before.recipients, ...added] });
      return true;
    });
  }

  /** Null also where nothing of it is in scope. */
  get(id: string, scope: Scope): Promise<Held | null> {
    return this.#read(() => getHeld(this.#database, id, scope));
  }

  find(query: HeldQuery): Promise<HeldPage> {
    return this.#read(() => findHeld(this.#database, query));
  }

  similar(id: string, scope: Scope, limit: number): Promise<readonly Held[]> {
    return this.#read(() => similarHeld(this.#database, id, scope, limit));
  }

  summary(scope: Scope): Promise<HeldSummary> {
    return this.#read(() => summaryOf(this.#database, scope));
  }

  record(id: string): Promise<DecisionRecord | null> {
    return this.#read(async () => {
      const row = await this.#database
        .selectFrom('held_record')
        .select('record')
        .where('id', '=', id)
        .executeTakeFirst();
      return row === undefined ? null : JSON.parse(gunzipSync(row.record).toString('utf8'));
    });
  }

  /** Messages that are held for anybody. */
  count(): Promise<number> {
    return this.#read(async () => {
      const { rows } = await sql<{ n: number }>`SELECT count(DISTINCT id) AS n FROM held_fate
        WHERE state = 'held'`.execute(this.#database);
      return rows[0]?.n ?? 0;
    });
  }

  /** held → releasing, for those chosen that are held: the message for them alone, or null for none. One caller has each, in whatever process. */
  claim(claim: Claim, choice: HeldChoice): Promise<Held | null> {
    return this.#change(async (to) => {
      await lock(to, claim.id);
      await sql`UPDATE held_fate AS f SET state = 'releasing', claimed_by = ${claim.by}, claimed_at = ${claim.at.getTime()}
        WHERE f.id = ${claim.id} AND f.state = 'held' AND ${chosen(choice)}`.execute(to);
      const [row] = await rowsById(to, [claim.id]);
      if (row === undefined) return null;
      const [held] = await heldOfRows(to, [row], choice.scope, sql`f.claimed_by = ${claim.by}`);
      return held === undefined || held.fates.length === 0 ? null : held;
    });
  }

  /** Only the owner of the claim ends it. False where it was taken away. */
  async markReleased({ id, by }: Claim, releasedBy: string, at: Date): Promise<boolean> {
    const done = sql`state = 'released', released_at = ${at.getTime()}, released_by = ${storable(releasedBy)},
      claimed_by = NULL, claimed_at = NULL, note = NULL`;
    return (await this.#endClaim(id, by, done)) > 0;
  }

  async putBack({ id, by }: Claim, note: Held['note']): Promise<boolean> {
    const back = sql`state = 'held', claimed_by = NULL, claimed_at = NULL,
      note = coalesce(CAST(${note} AS TEXT), note)`;
    return (await this.#endClaim(id, by, back)) > 0;
  }

  claims(): Promise<Claim[]> {
    return this.#read(async () => {
      const { rows } = await sql<{ id: string; by: string; at: number }>`SELECT DISTINCT id, claimed_by AS by,
        claimed_at AS at FROM held_fate WHERE state = 'releasing'`.execute(this.#database);
      return rows.map(({ id, by, at }) => ({ id, by, at: new Date(at) }));
    });
  }

  /** For those chosen that are held or released. `none`: there was nobody; `last`: nobody needs the mail any more. */
  markDeleted(id: string, choice: HeldChoice): Promise<'none' | 'some' | 'last'> {
    return this.#change(async (to) => {
      await lock(to, id);
      const { numAffectedRows } = await sql`UPDATE held_fate AS f SET state = 'deleted'
        WHERE f.id = ${id} AND f.state IN ('held', 'released') AND ${chosen(choice)}`.execute(to);
      if (numAffectedRows === 0n) return 'none';
      const { rows } = await sql`SELECT 1 FROM held_fate f WHERE f.id = ${id}
        AND ${oneOf(sql`f.state`, NEEDS_MAIL)} LIMIT 1`.execute(to);
      return rows.length === 0 ? 'last' : 'some';
    });
  }

  /** Ends a message: what was held for somebody stays as a row that says nothing of people, other rows go. Null where it is just being released. */
  end(id: string, at: Date): Promise<HeldState | null> {
    return this.#change(async (to) => {
      await lock(to, id);
      const before = await getHeld(to, id, WHOLE);
      if (before === null || before.fates.some(({ state }) => state === 'releasing')) return null;
      await removeParts(to, id);
      if (before.state === 'held') await emptyRow(to, id, at);
      else await sql`DELETE FROM held WHERE id = ${id}`.execute(to);
      return before.state;
    });
  }

  /** Messages from before `moment`, oldest first; those that expired already or the others. */
  before(moment: Date, expired: boolean): Promise<readonly Held[]> {
    const state = expired ? sql`h.expired_at IS NOT NULL` : sql`h.expired_at IS NULL`;
    return this.#read(async () => {
      const { rows } =
        await sql<HeldRow>`SELECT h.* FROM held h WHERE h.held_at < ${moment.getTime()} AND ${state}
        ORDER BY h.held_at, h.number`.execute(this.#database);
      return inParts(rows, (part) => heldOfRows(this.#database, part, WHOLE));
    });
  }

  /** Rows whose mail must be there, some at a time. */
  async *withMail(): AsyncGenerator<Held> {
    for (let after = ''; ; ) {
      const page = await this.#read(async () => {
        const { rows } = await sql<HeldRow>`SELECT h.* FROM held h WHERE h.id > ${after} AND EXISTS
          (SELECT 1 FROM held_fate f WHERE f.id = h.id AND ${oneOf(sql`f.state`, NEEDS_MAIL)})
          ORDER BY h.id LIMIT ${AT_ONCE}`.execute(this.#database);
        return heldOfRows(this.#database, rows, WHOLE);
      });
      yield* page;
      const last = page.at(-1);
      if (last === undefined) return;
      after = last.id;
    }
  }

  /** Throws where nothing can be written. */
  async probe(): Promise<void> {
    await this.#change((to) => sql`DELETE FROM held WHERE id = ''`.execute(to));
  }

  #endClaim(id: string, by: string, set: Condition): Promise<number> {
    return this.#change(async (to) => {
      const { numAffectedRows } = await sql`UPDATE held_fate SET ${set}
        WHERE id = ${id} AND state = 'releasing' AND claimed_by = ${by}`.execute(to);
      return Number(numAffectedRows);
    });
  }

  async #change<T>(work: (to: Connection) => Promise<T>): Promise<T> {
    return this.#read(() => this.#database.transaction().execute(work));
  }

  async #read<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await patiently(work);
    } catch (error) {
      throw asDatabaseError(this.#place, error);
    }
  }
}

function rowOf(held: Held) {
  const { id, envelope, from, subject, category, score, reasons, sizeBytes } = held;
  return {
    id,
    held_at: held.heldAt.getTime(),
    envelope: JSON.stringify(envelope),
    from_address: storable(from),
    from_key: keyOf(from),
    sender_key: keyOf(`${from} ${envelope.mailFrom ?? ''}`),
    subject: storable(subject),
    subject_key: keyOf(subject),
    category,
    score,
    reasons: JSON.stringify(reasons),
    size_bytes: sizeBytes,
    expired_at: null,
  };
}

/** Whether nobody needs the mail of it any more. */
export function isWithoutMail({ fates }: Held): boolean {
  return !fates.some(({ state }) => NEEDS_MAIL.includes(state));
}

function chosen({ scope, recipients }: HeldChoice): Condition {
  if (recipients === undefined) return inScopeOfMessage(scope);
  const keys = recipients.map((recipient) => addressKeys(recipient).address);
  return all([inScopeOfMessage(scope), oneOf(sql`f.address_key`, keys)]);
}

/** Whoever changes the fates of a message does it alone: in PostgreSQL, too. */
async function lock(to: Connection, id: string): Promise<void> {
  await sql`UPDATE held SET size_bytes = size_bytes WHERE id = ${id}`.execute(to);
}

async function rowsById(from: Connection, ids: readonly string[]): Promise<readonly HeldRow[]> {
  return (await sql<HeldRow>`SELECT h.* FROM held h WHERE ${oneOf(sql`h.id`, ids)}`.execute(from)).rows;
}

async function getHeld(from: Connection, id: string, scope: Scope): Promise<Held | null> {
  const [held] = await heldOfRows(from, await rowsById(from, [id]), scope);
  if (held === undefined) return null;
  return held.fates.length === 0 && !isWhole(scope) ? null : held;
}

async function insertFates(to: Connection, id: string, recipients: readonly string[], first: number) {
  for (const [index, recipient] of recipients.entries()) {
    const { address, domain } = addressKeys(recipient);
    await sql`INSERT INTO held_fate (id, place, recipient, address_key, domain_key, state) VALUES
      (${id}, ${first + index}, ${storable(recipient)}, ${address}, ${domain}, 'held')`.execute(to);
  }
}

async function writeWords(to: Connection, held: Held): Promise<void> {
  const { id, subject, from, envelope, reasons, recipients } = held;
  const words = wordsOf([subject, from, envelope.mailFrom ?? '', ...reasons], recipients);
  if (dialectOf(to) === 'sqlite')
    await sql`INSERT INTO held_words (rowid, words) SELECT number, ${words.join(' ')} FROM held
      WHERE id = ${id}`.execute(to);
  else
    await sql`INSERT INTO held_words (number, words) SELECT number, array_to_tsvector(CAST(${words} AS TEXT[])) FROM held
      WHERE id = ${id}`.execute(to);
}

async function removeWords(to: Connection, id: string): Promise<void> {
  const column = sql.ref(dialectOf(to) === 'sqlite' ? 'rowid' : 'number');
  await sql`DELETE FROM held_words WHERE ${column} IN (SELECT number FROM held WHERE id = ${id})`.execute(to);
}

async function removeParts(to: Connection, id: string): Promise<void> {
  await removeWords(to, id);
  await sql`DELETE FROM held_fate WHERE id = ${id}`.execute(to);
  await sql`DELETE FROM held_likeness WHERE id = ${id}`.execute(to);
  await sql`DELETE FROM held_record WHERE id = ${id}`.execute(to);
}

async function emptyRow(to: Connection, id: string, at: Date): Promise<void> {
  const envelope = JSON.stringify({
    clientIp: null,
    clientName: null,
    helo: null,
    mailFrom: null,
    rcptTo: [],
  });
  await sql`UPDATE held SET expired_at = ${at.getTime()}, envelope = ${envelope}, from_address = '', from_key = '',
    sender_key = '', subject = '', subject_key = '', reasons = '[]' WHERE id = ${id}`.execute(to);
}

async function inParts<A, B>(
  list: readonly A[],
  work: (part: readonly A[]) => Promise<readonly B[]>,
): Promise<B[]> {
  const done: B[] = [];
  for (let at = 0; at < list.length; at += AT_ONCE) done.push(...(await work(list.slice(at, at + AT_ONCE))));
  return done;
}
