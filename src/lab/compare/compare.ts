import { nearest } from '../../config/nearest.ts';
import type { VerdictCategory } from '../../detect/category.ts';
import { type BadLine, readLedger } from '../../ledger/reader.ts';
import type { DecisionRecord } from '../../ledger/record.ts';
import { Mistake } from '../../mistake.ts';
import type { Policy } from '../../policy/policy.ts';
import type { Verdict } from '../../policy/verdict.ts';
import { type Interval, share } from '../evaluate/interval.ts';
import { Arm, type ArmFigures } from './arm.ts';
import { namesIn, type Side, sideOf } from './side.ts';

export interface CompareOptions {
  /** Folder of the ledger. */
  readonly ledger: string;
  /** Thresholds for scores that decided nothing. */
  readonly policy: Policy;
  /** What people say, by id of the decision. */
  readonly labels: ReadonlyMap<string, VerdictCategory>;
  readonly since?: Date | undefined;
  readonly until?: Date | undefined;
  /** How many disagreements to list. */
  readonly list: number;
  readonly onBadLine?: (bad: BadLine) => void;
}

/** A message on which the two differ. */
export interface Disagreement {
  readonly id: string;
  readonly at: string;
  readonly from: string;
  readonly subject: string;
  readonly label: VerdictCategory | null;
  readonly a: { readonly score: number; readonly verdict: Verdict };
  readonly b: { readonly score: number; readonly verdict: Verdict };
}

export interface Comparison {
  readonly a: ArmFigures;
  readonly b: ArmFigures;
  /** Messages of which both have an opinion; 0 where each decided about mail of its own. */
  readonly both: number;
  /** Of those, the same verdict. */
  readonly agreement: Interval | null;
  /** Pearson's, of the scores; null where one of them does not vary. */
  readonly correlation: number | null;
  /** The largest differences of score first; of equal ones, the earliest. */
  readonly disagreements: readonly Disagreement[];
}

/** A name that the ledger does not know. */
export class UnknownVariant extends Mistake {
  override readonly name = 'UnknownVariant';
}

/**
 * Two models or variants over a ledger: where they agree, where not, what people say, how long they took. Where both have an opinion of
 * some messages, all figures are of these, so that neither has the easier mail. Throws UnknownVariant.
 */
export async function compare(a: string, b: string, options: CompareOptions): Promise<Comparison> {
  const { policy, labels, ledger, ...read } = options;
  const names = new Set<string>();
  const apart = [new Arm(a), new Arm(b)] as const;
  const together = [new Arm(a), new Arm(b)] as const;
  const pairs = new Pairs(options.list);
  for await (const record of readLedger(ledger, { kind: 'decision', ...given(read) })) {
    for (const name of namesIn(record)) names.add(name);
    const sides = [sideOf(record, a, policy), sideOf(record, b, policy)] as const;
    const label = labels.get(record.id);
    for (const [at, side] of sides.entries()) if (side !== null) apart[at as 0 | 1].add(side, label);
    if (sides[0] === null || sides[1] === null) continue;
    together[0].add(sides[0], label);
    together[1].add(sides[1], label);
    pairs.add(record, sides[0], sides[1], label);
  }
  for (const name of [a, b]) refuseUnknown(name, names);
  const arms = pairs.count > 0 ? together : apart;
  return {
    a: arms[0].figures(),
    b: arms[1].figures(),
    both: pairs.count,
    agreement: share(pairs.same, pairs.count),
    correlation: pairs.correlation(),
    disagreements: pairs.disagreements(),
  };
}

function given({ since, until, onBadLine }: Pick<CompareOptions, 'since' | 'until' | 'onBadLine'>) {
  return {
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    ...(onBadLine === undefined ? {} : { onBadLine }),
  };
}

function refuseUnknown(name: string, names: ReadonlySet<string>): void {
  if (names.has(name)) return;
  const near = nearest(name, [...names]);
  const known = [...names].sort().join(', ');
  const hint = near === null ? '' : `, did you mean ${near}?`;
  throw new UnknownVariant(
    `no decision by ${JSON.stringify(name)} in the ledger (it has ${known === '' ? 'none' : known})${hint}`,
  );
}

/** Messages of which both have an opinion. */
class Pairs {
  count = 0;
  same = 0;
  readonly #list: number;
  #worst: Disagreement[] = [];
  // Welford's sums: scores near 0 and 1 would cancel in plain ones.
  #meanA = 0;
  #meanB = 0;
  #varA = 0;
  #varB = 0;
  #covariance = 0;

  constructor(list: number) {
    this.#list = list;
  }

  add(record: DecisionRecord, a: Side, b: Side, label: VerdictCategory | undefined): void {
    this.count += 1;
    if (a.verdict === b.verdict) this.same += 1;
    const fromA = a.score - this.#meanA;
    this.#meanA += fromA / this.count;
    const fromB = b.score - this.#meanB;
    this.#meanB += fromB / this.count;
    this.#varA += fromA * (a.score - this.#meanA);
    this.#varB += fromB * (b.score - this.#meanB);
    this.#covariance += fromA * (b.score - this.#meanB);
    if (a.score !== b.score) this.#keep(record, a, b, label ?? null);
  }

  correlation(): number | null {
    const scale = Math.sqrt(this.#varA * this.#varB);
    return scale > 0 ? this.#covariance / scale : null;
  }

  disagreements(): readonly Disagreement[] {
    return this.#worst.sort(byDifference).slice(0, this.#list);
  }

  #keep({ id, at, from, subject }: DecisionRecord, a: Side, b: Side, label: VerdictCategory | null): void {
    const seen = ({ score, verdict }: Side) => ({ score, verdict });
    this.#worst.push({ id, at, from, subject, label, a: seen(a), b: seen(b) });
    // Sorted now and then: a list of a million is never in memory.
    if (this.#worst.length > 2 * this.#list + 1_000) this.#worst = [...this.disagreements()];
  }
}

function byDifference(one: Disagreement, other: Disagreement): number {
  const difference = ({ a, b }: Disagreement) => Math.abs(a.score - b.score);
  return difference(other) - difference(one) || (one.id < other.id ? -1 : 1);
}
