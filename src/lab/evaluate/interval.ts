import { auc, type Counts, type Ladder, recallAt, sum } from './ladder.ts';

/** A figure with its 95 % limits. */
export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export interface Figures {
  readonly ham: number;
  readonly unwanted: number;
  readonly auc: Interval;
  /** By RATES; null where too few legitimate messages can tell such a rate from luck. */
  readonly recall: readonly (Interval | null)[];
}

/** False positive rates at which recall is given. */
export const RATES = [0.01, 0.005, 0.001] as const;

/** For each rate, the number of legitimate messages below which no figure is given: at least two may be false positives. */
export const LEAST_HAM = [200, 400, 2000] as const;

/** Limits from so many resamples move by less than a tenth of their width when the seed changes. */
export const RESAMPLES = 500;

const SEED = 20_251;

/**
 * Figures of one or more parts, each with its own threshold (a part is one fold: scores of different models are not compared with
 * each other). Parts weigh by their unwanted messages. Limits are percentiles of a stratified bootstrap: in each part, legitimate and
 * unwanted messages are drawn anew apart. They are widened to hold the figure itself, which a percentile interval of an extreme
 * figure may miss. The same parts give the same limits.
 */
export function figures(parts: readonly Ladder[], resamples = RESAMPLES): Figures {
  const measures = [area, ...RATES.map((rate, i) => recallOf(parts, rate, LEAST_HAM[i] ?? 0))];
  const counts = parts.map((part) => part.counts);
  const drawn = measures.map(() => new Float64Array(resamples));
  const random = xorshift(SEED);
  for (let i = 0; i < resamples; i++) {
    const all = parts.map((part) => redraw(part, random));
    for (const [m, measure] of measures.entries()) drawn[m]?.fill(measure?.(all) ?? Number.NaN, i, i + 1);
  }
  const [ofArea, ...ofRecall] = measures.map((measure, m) =>
    measure === null ? null : interval(measure(counts), drawn[m] ?? new Float64Array(0)),
  );
  return {
    ham: parts.reduce((total, part) => total + part.hamSteps.length, 0),
    unwanted: parts.reduce((total, part) => total + part.unwantedSteps.length, 0),
    auc: ofArea ?? interval(Number.NaN, new Float64Array(0)),
    recall: ofRecall,
  };
}

type Measure = (all: readonly Counts[]) => number;

const area: Measure = (all) => weighted(all, auc);

/** Null where no part has enough legitimate messages. */
function recallOf(parts: readonly Ladder[], rate: number, least: number): Measure | null {
  const eligible = parts.map((part) => part.hamSteps.length >= least);
  if (!eligible.includes(true)) return null;
  return (all) =>
    weighted(
      all.filter((_, part) => eligible[part]),
      (one) => recallAt(one, rate),
    );
}

function weighted(all: readonly Counts[], figure: (counts: Counts) => number): number {
  let [total, weights] = [0, 0];
  for (const counts of all) {
    const weight = sum(counts.unwanted);
    total += weight * figure(counts);
    weights += weight;
  }
  return total / weights;
}

function interval(value: number, drawn: Float64Array): Interval {
  const sorted = drawn.toSorted();
  return {
    value,
    low: Math.min(value, quantile(sorted, 0.025)),
    high: Math.max(value, quantile(sorted, 0.975)),
  };
}

/** Linear between the two nearest of the sorted values. */
function quantile(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1);
  const below = sorted[Math.floor(at)] ?? Number.NaN;
  const above = sorted[Math.ceil(at)] ?? Number.NaN;
  return below + (above - below) * (at - Math.floor(at));
}

function redraw(part: Ladder, random: () => number): Counts {
  return {
    ham: draw(part.hamSteps, part.scores.length, random),
    unwanted: draw(part.unwantedSteps, part.scores.length, random),
  };
}

function draw(steps: Uint32Array, length: number, random: () => number): Uint32Array {
  const counts = new Uint32Array(length);
  for (let i = 0; i < steps.length; i++) {
    const step = steps[Math.floor(random() * steps.length)] ?? 0;
    counts[step] = (counts[step] ?? 0) + 1;
  }
  return counts;
}

/** Uniform in [0, 1): Marsaglia's xorshift (2003) with the shifts 13, 17, 5. Never 0 as a state, so a seed of 0 is refused. */
export function xorshift(seed: number): () => number {
  let state = seed | 0;
  if (state === 0) throw new Error('a seed of 0 gives nothing but zeros');
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** Share with Wilson's 95 % limits (1927), which hold for shares near 0, too. */
export function share(count: number, of: number): Interval | null {
  if (of === 0) return null;
  const z = 1.96;
  const value = count / of;
  const middle = value + z ** 2 / (2 * of);
  const reach = z * Math.sqrt((value * (1 - value)) / of + z ** 2 / (4 * of ** 2));
  const within = (limit: number) => Math.min(1, Math.max(0, limit / (1 + z ** 2 / of)));
  return {
    value,
    low: Math.min(value, within(middle - reach)),
    high: Math.max(value, within(middle + reach)),
  };
}
