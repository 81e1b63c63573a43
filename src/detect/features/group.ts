import { type Evidence, type FactsBySource, factsOf, type SourceName } from '../../evidence/evidence.ts';
import type { Direction, Feature } from '../feature.ts';

/** Null and undefined: the evidence does not say. */
type Read<S extends SourceName, Value> = (
  facts: FactsBySource[S],
  evidence: Evidence,
) => Value | null | undefined;

/** log1p of the greatest count that still says more than a smaller one: 3,000 words, 3,000 links. */
const MOST_LOG1P = 8;

/** Makes the features of one group. They read the facts of a source, most often that of its name, and are missing where it failed. */
export function featuresOf<S extends SourceName>(source: S, group: string = source) {
  const make = (
    name: string,
    direction: Direction,
    meaning: string,
    unit: Feature['unit'],
    range: Feature['range'],
    read: Read<S, number>,
  ): Feature => ({
    name: `${group}_${name}`,
    group,
    unit,
    range,
    whenMissing: Number.NaN,
    direction,
    meaning,
    measure: (evidence) => {
      const facts = factsOf<FactsBySource[S]>(evidence[source]);
      return facts === null ? undefined : (read(facts, evidence) ?? undefined);
    },
  });
  return {
    /** 1 or 0; the meaning is a sentence that is true at 1. */
    flag: (name: string, direction: Direction, meaning: string, read: Read<S, boolean>): Feature =>
      make(name, direction, meaning, 'flag', [0, 1], (facts, evidence) => {
        const value = read(facts, evidence);
        return value === null || value === undefined ? value : Number(value);
      }),
    /** A count as its log1p: the step from 0 to 1 matters, that from 40 to 41 does not. */
    count: (name: string, direction: Direction, meaning: string, read: Read<S, number>): Feature =>
      make(name, direction, meaning, 'log1p_count', [0, MOST_LOG1P], (facts, evidence) => {
        const value = read(facts, evidence);
        return value === null || value === undefined ? value : Math.log1p(Math.max(0, value));
      }),
    share: (name: string, direction: Direction, meaning: string, read: Read<S, number>): Feature =>
      make(name, direction, meaning, 'share', [0, 1], read),
    number: make,
  };
}
