import type { VerdictCategory } from '../../detect/category.ts';
import { isUnwanted } from '../../ledger/record.ts';
import type { Verdict } from '../../policy/verdict.ts';
import { type Interval, share } from '../evaluate/interval.ts';
import type { Side } from './side.ts';

/** Figures of one of the compared; shares with Wilson's 95 % limits, null where there was nothing to share. */
export interface ArmFigures {
  readonly name: string;
  readonly messages: number;
  readonly verdicts: Readonly<Record<Verdict, number>>;
  /** Messages that were tagged, held or refused. */
  readonly unwanted: Interval | null;
  /** Of messages that people call unwanted, those that were tagged, held or refused. */
  readonly caught: Interval | null;
  /** Of messages that people call legitimate, those that were tagged, held or refused. */
  readonly falsePositives: Interval | null;
  readonly labelled: number;
  readonly meanScore: number | null;
  /** Seconds; null where none were measured. */
  readonly seconds: { readonly mean: number; readonly median: number; readonly p95: number } | null;
}

/** Counts what one of the compared did. */
export class Arm {
  readonly #name: string;
  readonly #verdicts: Record<Verdict, number> = { accept: 0, tag: 0, quarantine: 0, reject: 0, defer: 0 };
  readonly #seconds: number[] = [];
  #scores = 0;
  readonly #bad = { all: 0, acted: 0 };
  readonly #good = { all: 0, acted: 0 };

  constructor(name: string) {
    this.#name = name;
  }

  add({ verdict, score, seconds }: Side, label: VerdictCategory | undefined): void {
    this.#verdicts[verdict] += 1;
    this.#scores += score;
    if (seconds !== null) this.#seconds.push(seconds);
    if (label === undefined) return;
    const counts = label === 'none' ? this.#good : this.#bad;
    counts.all += 1;
    if (isUnwanted(verdict)) counts.acted += 1;
  }

  figures(): ArmFigures {
    const verdicts = this.#verdicts;
    const messages = Object.values(verdicts).reduce((sum, count) => sum + count, 0);
    return {
      name: this.#name,
      messages,
      verdicts,
      unwanted: share(verdicts.tag + verdicts.quarantine + verdicts.reject, messages),
      caught: share(this.#bad.acted, this.#bad.all),
      falsePositives: share(this.#good.acted, this.#good.all),
      labelled: this.#bad.all + this.#good.all,
      meanScore: messages === 0 ? null : this.#scores / messages,
      seconds: latency(this.#seconds),
    };
  }
}

function latency(seconds: readonly number[]): ArmFigures['seconds'] {
  if (seconds.length === 0) return null;
  const sorted = Float64Array.from(seconds).sort();
  const at = (quantile: number) => sorted[Math.ceil(quantile * sorted.length) - 1] ?? 0;
  const mean = sorted.reduce((sum, one) => sum + one, 0) / sorted.length;
  return { mean, median: at(0.5), p95: at(0.95) };
}
