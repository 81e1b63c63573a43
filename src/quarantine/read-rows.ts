import { type Kysely, type Selectable, sql } from 'kysely';
import { z } from 'zod';
import { type Condition, inScopeOfMessage } from './conditions.ts';
import type { Held, HeldFate, HeldState } from './quarantine.ts';
import { covers, type Scope } from './scope.ts';
import type { FateTable, HeldTable, HeldTables } from './tables.ts';
import { unnamerFor } from './unnamed.ts';

type Fate = Selectable<FateTable>;
export type HeldRow = Selectable<HeldTable>;

const strings = z.array(z.string());
const envelopes = z.object({
  clientIp: z.string().nullable(),
  clientName: z.string().nullable(),
  helo: z.string().nullable(),
  mailFrom: z.string().nullable(),
  rcptTo: strings,
});

/** Of the states of its recipients, that of the message. */
const FIRST: readonly HeldState[] = ['held', 'releasing', 'released', 'deleted', 'expired'];

/** Messages of rows, each with those recipients for whom `only` holds: of the row `f` of `held_fate`. */
export async function heldOfRows(
  database: Kysely<HeldTables>,
  rows: readonly HeldRow[],
  scope: Scope,
  only: Condition = inScopeOfMessage(scope),
): Promise<Held[]> {
  if (rows.length === 0) return [];
  const ids = sql.join(rows.map(({ id }) => id));
  const fates =
    await sql<Fate>`SELECT * FROM held_fate f WHERE f.id IN (${ids}) AND ${only} ORDER BY f.id, f.place`.execute(
      database,
    );
  const shared = await sql<{
    id: string;
    likeness: string;
  }>`SELECT * FROM held_likeness WHERE id IN (${ids}) ORDER BY likeness`.execute(database);
  const fatesOf = Map.groupBy(fates.rows, ({ id }) => id);
  const sharedOf = Map.groupBy(shared.rows, ({ id }) => id);
  return rows.map((row) =>
    heldOf(
      row,
      fatesOf.get(row.id) ?? [],
      (sharedOf.get(row.id) ?? []).map(({ likeness }) => likeness),
      scope,
    ),
  );
}

function heldOf(row: HeldRow, fates: readonly Fate[], likeness: readonly string[], scope: Scope): Held {
  const envelope = envelopes.parse(JSON.parse(row.envelope));
  const released = fates.map(({ released_at }) => released_at ?? 0);
  const latest = Math.max(0, ...released);
  return {
    id: row.id,
    heldAt: new Date(row.held_at),
    state: FIRST.find((state) => fates.some((fate) => fate.state === state)) ?? 'expired',
    envelope: { ...envelope, rcptTo: envelope.rcptTo.filter((recipient) => covers(scope, recipient)) },
    recipients: fates.map(({ recipient }) => recipient),
    fates: fates.map(fateOf),
    from: row.from_address,
    subject: row.subject,
    category: row.category,
    score: row.score,
    reasons: unnamerFor(
      scope,
      envelope.rcptTo,
      `${row.from_address} ${envelope.mailFrom ?? ''}`,
    )(strings.parse(JSON.parse(row.reasons))),
    likeness,
    sizeBytes: row.size_bytes,
    releasedAt: latest === 0 ? null : new Date(latest),
    note: fates.some(({ note }) => note === 'release_interrupted') ? 'release_interrupted' : null,
  };
}

function fateOf({ recipient, state, released_at, released_by }: Fate): HeldFate {
  return {
    recipient,
    state,
    releasedAt: released_at === null ? null : new Date(released_at),
    releasedBy: released_by,
  };
}
