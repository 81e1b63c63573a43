/** Scores of legitimate and of unwanted messages. */
export interface Sample {
  readonly ham: Float64Array;
  readonly unwanted: Float64Array;
}

/**
 * A sample by distinct scores, highest first: all figures are sums over its steps, so that ties are treated exactly and a
 * resample only changes the counts.
 */
export interface Ladder {
  /** Distinct scores, descending. */
  readonly scores: Float64Array;
  readonly counts: Counts;
  /** Step of each message of the sample. */
  readonly hamSteps: Uint32Array;
  readonly unwantedSteps: Uint32Array;
}

/** Messages per step. */
export interface Counts {
  readonly ham: Uint32Array;
  readonly unwanted: Uint32Array;
}

export function ladder(sample: Sample): Ladder {
  const scores = Float64Array.from(new Set([...sample.ham, ...sample.unwanted]))
    .sort()
    .reverse();
  const step = new Map<number, number>();
  for (const [i, score] of scores.entries()) step.set(score, i);
  const stepsOf = (values: Float64Array) => Uint32Array.from(values, (score) => step.get(score) ?? 0);
  const hamSteps = stepsOf(sample.ham);
  const unwantedSteps = stepsOf(sample.unwanted);
  const counts = { ham: tally(hamSteps, scores.length), unwanted: tally(unwantedSteps, scores.length) };
  return { scores, counts, hamSteps, unwantedSteps };
}

function tally(steps: Uint32Array, length: number): Uint32Array {
  const counts = new Uint32Array(length);
  for (const step of steps) counts[step] = (counts[step] ?? 0) + 1;
  return counts;
}

/** Area under the ROC curve: the share of pairs in which the unwanted message has the higher score, ties half. NaN where a side is empty. */
export function auc({ ham, unwanted }: Counts): number {
  const total = sum(ham);
  let above = 0;
  let twice = 0;
  for (let i = 0; i < ham.length; i++) {
    const here = ham[i] ?? 0;
    twice += (unwanted[i] ?? 0) * (2 * (total - above) - here);
    above += here;
  }
  return twice / (2 * total * sum(unwanted));
}

/**
 * Share of unwanted messages above the lowest threshold that at most `rate` of the legitimate ones exceed. The threshold is the
 * score of a legitimate message, and what has just that score is not above it.
 */
export function recallAt({ ham, unwanted }: Counts, rate: number): number {
  const allowed = Math.floor(rate * sum(ham));
  let above = 0;
  let caught = 0;
  for (let i = 0; i < ham.length; i++) {
    above += ham[i] ?? 0;
    if (above > allowed) break;
    caught += unwanted[i] ?? 0;
  }
  return caught / sum(unwanted);
}

/** The score that at most `rate` of the legitimate messages exceed; -Infinity where all may. */
export function thresholdAt({ scores, counts }: Pick<Ladder, 'scores' | 'counts'>, rate: number): number {
  const allowed = Math.floor(rate * sum(counts.ham));
  let above = 0;
  for (const [i, score] of scores.entries()) {
    above += counts.ham[i] ?? 0;
    if (above > allowed) return score;
  }
  return Number.NEGATIVE_INFINITY;
}

/** False positive rate and recall at every step of the sample, from (0, 0) to (1, 1). */
export function rocPoints({ ham, unwanted }: Counts): { readonly x: number; readonly y: number }[] {
  const [hams, bads] = [sum(ham), sum(unwanted)];
  let [above, caught] = [0, 0];
  const points = [{ x: 0, y: 0 }];
  for (let i = 0; i < ham.length; i++) {
    above += ham[i] ?? 0;
    caught += unwanted[i] ?? 0;
    points.push({ x: above / hams, y: caught / bads });
  }
  return points;
}

export function sum(values: Uint32Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
