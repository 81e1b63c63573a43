import { type Counters, standingOf } from '../../reputation/fold.ts';
import { type ReputationKey, valuesOf } from '../../reputation/key.ts';
import type { Standing } from '../../reputation/reputation.ts';
import type { Entry } from '../../reputation/store.ts';
import { Progress } from '../progress.ts';
import { table } from '../table.ts';
import type { Memory } from './open-memory.ts';
import { occursIn, type Sought } from './sought.ts';

/** Relations that are shown where nothing else is asked for: a page of them. */
export const RELATIONS_SHOWN = 50;

export interface Shown {
  readonly keys: readonly (Standing & { readonly key: ReputationKey })[];
  /** Relations beyond the limit, seen before those that are given. */
  readonly more: number;
}

/** What the memory has of something, counts decayed to `at`: actors first, then relations, those seen last first. */
export async function look(
  { halfLives, store }: Memory,
  sought: Sought,
  limit: number,
  at: Date,
): Promise<Shown> {
  const found: Found =
    sought.kind === 'key'
      ? { actors: [...(await store.read([sought.key]))], relations: [], more: 0 }
      : await scan(store.entries(), sought.values, limit);
  const keys = [...found.actors, ...found.relations].map(([key, counters]) => ({
    key,
    ...standingOf(counters, at, halfLives),
  }));
  return { keys, more: found.more };
}

interface Found {
  readonly actors: readonly Entry[];
  readonly relations: readonly Entry[];
  readonly more: number;
}

/** Keeps twice the limit at most, whatever the store holds. */
async function scan(
  entries: AsyncIterable<Entry>,
  values: ReadonlySet<string>,
  limit: number,
): Promise<Found> {
  // A server may give an entry twice.
  const actors = new Map<ReputationKey, Counters>();
  let relations = new Map<ReputationKey, Counters>();
  let count = 0;
  let read = 0;
  const progress = new Progress('entries read');
  const latest = () => [...relations].sort(([, a], [, b]) => b.lastSeen - a.lastSeen).slice(0, limit);
  for await (const [key, counters] of entries) {
    progress.at(++read);
    if (!occursIn(key, values)) continue;
    if (valuesOf(key).length === 1) {
      actors.set(key, counters);
      continue;
    }
    if (!relations.has(key)) count += 1;
    relations.set(key, counters);
    if (relations.size >= 2 * limit) relations = new Map(latest());
  }
  progress.end();
  return { actors: [...actors], relations: latest(), more: Math.max(0, count - limit) };
}

const HEAD = [
  'key',
  'messages',
  'held',
  'refused',
  'bad',
  'good',
  'written',
  'recent',
  'first seen',
  'last seen',
];

/** For people. */
export function shownTable({ keys, more }: Shown): string {
  const rows = keys.map((each) => [
    each.key.replace(/\p{C}/gu, '?'),
    ...[each.messages, each.held, each.refused, each.reportedBad, each.reportedGood, each.outbound].map(
      count,
    ),
    count(each.recent),
    day(each.firstSeen),
    day(each.lastSeen),
  ]);
  const rest = more === 0 ? '' : `\n… and ${more} relations more, seen before these (--limit)`;
  return table(HEAD, rows) + rest;
}

function count(value: number): string {
  return value.toFixed(1);
}

function day(at: number): string {
  return new Date(at).toISOString().slice(0, 16).replace('T', ' ');
}
