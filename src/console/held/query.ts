import { z } from 'zod';
import { CATEGORIES } from '../../detect/category.ts';
import type { HeldQuery } from '../../quarantine/quarantine.ts';
import type { Scope } from '../../quarantine/scope.ts';
import { HeldRefusal } from './refuse.ts';

/** Longest text that is sought: a subject that somebody pastes. */
const LONGEST = 500;
/** What an empty field of a form sends is no condition. */
const optional = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === '' ? undefined : value), schema.optional());
const text = optional(z.string().max(LONGEST));
const score = optional(z.coerce.number().min(0).max(1));
const day = optional(z.iso.date());

/** The address of a list: whoever has it sees the same, within what is his. */
export const heldParameters = z.object({
  text,
  sender: text,
  recipient: text,
  category: optional(z.enum([...CATEGORIES, 'none'])),
  since: day,
  until: day,
  minScore: score,
  maxScore: score,
  likeness: text,
  state: optional(z.enum(['held', 'released', 'deleted', 'expired', 'all'])),
  sort: optional(z.enum(['heldAt', 'score', 'from', 'subject', 'size'])),
  ascending: optional(z.enum(['1'])),
  asked: optional(z.enum(['1'])),
  cursor: optional(z.string().max(4_000)),
});

export type HeldParameters = z.infer<typeof heldParameters>;

const DAY_MS = 86_400_000;

/** Throws Refusal for what is no filter. */
export function readParameters(given: Record<string, string>): HeldParameters {
  const parsed = heldParameters.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new HeldRefusal(
    'filter',
    parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '),
  );
}

/** The question to the quarantine; `until` is a day that still counts. */
export function queryOf(parameters: HeldParameters, scope: Scope, limit: number): HeldQuery {
  const { state = 'held', since, until, ascending, asked, ...rest } = parameters;
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  return {
    ...given,
    scope,
    limit,
    ...(state === 'all' ? {} : { states: state === 'held' ? ['held', 'releasing'] : [state] }),
    ...(since === undefined ? {} : { since: new Date(since) }),
    ...(until === undefined ? {} : { until: new Date(Date.parse(until) + DAY_MS) }),
    ...(ascending === undefined ? {} : { ascending: true }),
    ...(asked === undefined ? {} : { asked: true }),
  };
}

/** /held with these parameters. */
export function heldPath(parameters: Readonly<Record<string, unknown>>, path = '/held'): string {
  const entries = Object.entries(parameters).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, String(value)]],
  );
  const query = new URLSearchParams(entries).toString();
  return query === '' ? path : `${path}?${query}`;
}
