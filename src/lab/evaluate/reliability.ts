import type { Scored } from './whole.ts';

/** Messages whose scores are near each other. */
export interface Bin {
  readonly messages: number;
  /** Mean score. */
  readonly predicted: number;
  /** Share that is unwanted, with the classes in the ratio of the prior. */
  readonly unwanted: number;
}

const BINS = 10;

/**
 * Is a score a probability? In each fold the messages are weighed so that the share of unwanted mail is the prior, to which the
 * scores are calibrated; every fold weighs the same.
 */
export function reliability(folds: readonly (readonly Scored[])[], prior: number): Bin[] {
  const bins = Array.from({ length: BINS }, () => ({ messages: 0, weight: 0, score: 0, unwanted: 0 }));
  for (const fold of folds) {
    const bad = fold.filter(({ message }) => message.unwanted).length;
    for (const { message, score } of fold) {
      const weight = message.unwanted ? prior / bad : (1 - prior) / (fold.length - bad);
      const bin = bins[Math.min(BINS - 1, Math.floor(score * BINS))];
      if (bin === undefined) continue;
      bin.messages += 1;
      bin.weight += weight;
      bin.score += weight * score;
      bin.unwanted += message.unwanted ? weight : 0;
    }
  }
  return bins
    .filter(({ messages }) => messages > 0)
    .map(({ messages, weight, score, unwanted }) => ({
      messages,
      predicted: score / weight,
      unwanted: unwanted / weight,
    }));
}
