import type { Bits } from './bits.ts';

/** A conjunction and what it does on the messages that it was chosen on. */
export interface Conjunction {
  /** Numbers of the conditions, ascending. */
  readonly parts: readonly number[];
  readonly holds: Bits;
  readonly hits: number;
  readonly wrong: number;
  /** Of those that look like the group and that nobody reported. */
  readonly alike: number;
  readonly cost: number;
}

export interface MineInput {
  /** Where each condition holds. */
  readonly conditions: readonly Bits[];
  /** Messages that are to be hit, and those that must not be. */
  readonly wanted: Bits;
  readonly others: Bits;
  /** Messages that may be wanted: to hit them is neither right nor wrong, but decides between equals. */
  readonly alike: Bits;
  readonly wantedCount: number;
  /** What is against a condition beside what it hits; of equals the cheapest is taken. */
  readonly costs: readonly number[];
  /** Conditions of which a conjunction must have one; null asks for none. */
  readonly oneOf: ReadonlySet<number> | null;
}

/** More conditions fit the few messages of a group by chance, and nobody can read them. */
export const MOST_CONDITIONS = 3;

/** A rule for less than half of a group is a rule for another group. */
export const LEAST_SUPPORT = 0.5;

/** Conjunctions that are carried on to the next condition; wider found nothing better on invented groups. */
const BEAM = 40;

/** Conjunctions of one to three conditions, best first: by precision, then by support in the group, then in what is like it, then by cost. */
export function mine(input: MineInput): Conjunction[] {
  const seen = new Set<string>();
  let beam: Conjunction[] = [];
  const all: Conjunction[] = [];
  for (let length = 1; length <= MOST_CONDITIONS; length++) {
    const longer = length === 1 ? singles(input) : beam.flatMap((one) => extensions(one, input, seen));
    beam = longer.sort(byWorth).slice(0, BEAM);
    all.push(...beam);
  }
  const { oneOf } = input;
  return all.filter(({ parts }) => oneOf === null || parts.some((part) => oneOf.has(part))).sort(byWorth);
}

function singles(input: MineInput): Conjunction[] {
  return input.conditions.flatMap((holds, part) => supported(input, [part], holds));
}

function extensions(one: Conjunction, input: MineInput, seen: Set<string>): Conjunction[] {
  // Nothing is left to be gained.
  if (one.wrong === 0 && input.oneOf === null) return [];
  return input.conditions.flatMap((holds, part) => {
    if (one.parts.includes(part)) return [];
    const parts = [...one.parts, part].sort((a, b) => a - b);
    const key = parts.join();
    if (seen.has(key)) return [];
    seen.add(key);
    const isAsked = input.oneOf?.has(part) === true && !one.parts.some((own) => input.oneOf?.has(own));
    return supported(input, parts, one.holds.and(holds)).filter(({ wrong }) => wrong < one.wrong || isAsked);
  });
}

function supported(
  { wanted, others, alike, wantedCount, costs }: MineInput,
  parts: number[],
  holds: Bits,
): Conjunction[] {
  const hits = holds.countWith(wanted);
  if (hits < Math.max(1, LEAST_SUPPORT * wantedCount)) return [];
  const cost = parts.reduce((sum, part) => sum + (costs[part] ?? 0), parts.length);
  return [{ parts, holds, hits, wrong: holds.countWith(others), alike: holds.countWith(alike), cost }];
}

function byWorth(a: Conjunction, b: Conjunction): number {
  return (
    precision(b) - precision(a) ||
    b.hits - a.hits ||
    b.alike - a.alike ||
    a.cost - b.cost ||
    (a.parts.join() < b.parts.join() ? -1 : 1)
  );
}

function precision({ hits, wrong }: Conjunction): number {
  return hits / (hits + wrong);
}
