import { type Kysely, sql } from 'kysely';
import { z } from 'zod';
import { dialectOf } from '../database/dialect.ts';
import {
  type Condition,
  conditionsOf,
  foundAnywhere,
  inScope,
  inScopeOfMessage,
  isWhole,
  type Shares,
} from './conditions.ts';
import { storable } from './keys.ts';
import type { HeldPage, HeldQuery, HeldSort, HeldSummary } from './quarantine.ts';
import { type HeldRow, heldOfRows } from './read-rows.ts';
import type { Scope } from './scope.ts';
import type { HeldTables } from './tables.ts';

const LIMIT = 50;
const MOST = 200;
/** Nobody reads on to here; counting on would cost more than the page itself. */
const COUNTED = 10_000;

const COLUMNS: Readonly<Record<HeldSort, 'held_at' | 'score' | 'from_key' | 'subject_key' | 'size_bytes'>> = {
  heldAt: 'held_at',
  score: 'score',
  from: 'from_key',
  subject: 'subject_key',
  size: 'size_bytes',
};

const cursors = z.tuple([z.union([z.number(), z.string()]), z.int()]);

/** One page. A cursor that nobody gave out is the first page. */
export async function findHeld(database: Kysely<HeldTables>, query: HeldQuery): Promise<HeldPage> {
  const matching = conditionsOf(query, dialectOf(database), await sharesOf(database, query));
  const column = COLUMNS[query.sort ?? 'heldAt'];
  const limit = Math.min(Math.max(1, query.limit ?? LIMIT), MOST);
  const from = query.cursor === undefined ? null : readCursor(query.cursor, column);
  const by = sql.ref(`h.${column}`);
  const compare = sql.raw(query.ascending ? '>' : '<');
  const order = sql.raw(query.ascending ? 'ASC' : 'DESC');
  const after = from === null ? sql`1 = 1` : sql`(${by}, h.number) ${compare} (${from[0]}, ${from[1]})`;
  const { rows } = await sql<HeldRow>`SELECT h.* FROM held h WHERE ${matching} AND ${after}
    ORDER BY ${by} ${order}, h.number ${order} LIMIT ${limit + 1}`.execute(database);
  const counted = await sql<{ total: number }>`SELECT count(*) AS total FROM
    (SELECT 1 AS one FROM held h WHERE ${matching} LIMIT ${COUNTED + 1}) AS found`.execute(database);
  const total = counted.rows[0]?.total ?? 0;
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    rows: await heldOfRows(database, page, query.scope),
    total: Math.min(total, COUNTED),
    more: total > COUNTED,
    next: rows.length > limit && last !== undefined ? writeCursor([last[column], last.number]) : null,
  };
}

/** From so many messages on it is cheaper to walk through all in order and look at the recipients of each than to gather those that are meant. */
const MANY = 10_000;

async function sharesOf(database: Kysely<HeldTables>, query: HeldQuery): Promise<Shares> {
  const { scope, recipient, text } = query;
  const areFew = recipient !== undefined || !(isWhole(scope) || (await areMany(database, fatesIn(scope))));
  // Where ids lead, it does not matter.
  if (areFew) return { recipients: 'few', words: 'few' };
  const found = text === undefined ? null : foundAnywhere(text, dialectOf(database));
  const haveMost = found !== null && (await areMany(database, found));
  return { recipients: 'most', words: haveMost ? 'most' : 'few' };
}

function fatesIn(scope: Scope): Condition {
  return sql`SELECT 1 AS one FROM held_fate f WHERE ${inScope(scope)}`;
}

async function areMany(database: Kysely<HeldTables>, rows: Condition): Promise<boolean> {
  const counted = await sql<{
    n: number;
  }>`SELECT count(*) AS n FROM (${rows} LIMIT ${MANY}) AS found`.execute(database);
  return (counted.rows[0]?.n ?? 0) >= MANY;
}

/** Other messages that share a key with it, newest first. */
export async function similarHeld(
  database: Kysely<HeldTables>,
  id: string,
  scope: Scope,
  limit: number,
): Promise<HeldPage['rows']> {
  const { rows } = await sql<HeldRow>`SELECT h.* FROM held h
    WHERE h.id IN (SELECT o.id FROM held_likeness o JOIN held_likeness l ON l.likeness = o.likeness WHERE l.id = ${id})
      AND h.id <> ${id} AND EXISTS (SELECT 1 FROM held_fate f WHERE f.id = h.id AND ${inScopeOfMessage(scope)})
    ORDER BY h.held_at DESC, h.number DESC LIMIT ${Math.min(Math.max(1, limit), MOST)}`.execute(database);
  return heldOfRows(database, rows, scope);
}

/** Of messages that are held for somebody in scope. */
export async function summaryOf(database: Kysely<HeldTables>, scope: Scope): Promise<HeldSummary> {
  const own = sql`f.state = 'held' AND ${inScope(scope)}`;
  const held = isWhole(scope)
    ? sql`EXISTS (SELECT 1 FROM held_fate f WHERE f.id = h.id AND ${own})`
    : sql`h.id IN (SELECT f.id FROM held_fate f WHERE ${own})`;
  const { rows } = await sql<{ category: string; held: number; bytes: number | string; oldest: number }>`
    SELECT h.category, count(*) AS held, sum(h.size_bytes) AS bytes, min(h.held_at) AS oldest
    FROM held h WHERE ${held} GROUP BY h.category ORDER BY h.category`.execute(database);
  const oldest = Math.min(...rows.map((row) => row.oldest));
  return {
    held: rows.reduce((sum, row) => sum + row.held, 0),
    // The sum of int8 is numeric, which PostgreSQL's client gives as text.
    bytes: rows.reduce((sum, row) => sum + Number(row.bytes), 0),
    oldest: rows.length === 0 ? null : new Date(oldest),
    byCategory: Object.fromEntries(rows.map((row) => [row.category, row.held])),
  };
}

function writeCursor(at: readonly [number | string, number]): string {
  return Buffer.from(JSON.stringify(at)).toString('base64url');
}

function readCursor(cursor: string, column: string): readonly [number | string, number] | null {
  try {
    const read = cursors.safeParse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
    if (!read.success) return null;
    const [value, number] = read.data;
    // Of a query that sorted otherwise.
    if ((typeof value === 'string') !== column.endsWith('_key')) return null;
    return [typeof value === 'string' ? storable(value) : value, number];
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
