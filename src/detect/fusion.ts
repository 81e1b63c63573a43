import type { Finding, RuleFinding } from './finding.ts';

/**
 * How much rules add to a model. A rule and a model often know the same thing, which must not count twice; so the weights of
 * rules, which are meant for judging alone, are scaled beside a model. Fitted on sources that the model did not see. Rules that count
 * whole are not concerned: they read what the memory of a gate knows, and no collection of old mail has that.
 */
export interface Fusion {
  /** What a rule's weight is multiplied with: 0 to 1. */
  readonly rules: number;
  /** All rules that are scaled together move the logit by this at most. */
  readonly most: number;
}

/** What the weights of rules are multiplied with when their sum is `sum`. */
export function ruleFactor(sum: number, { rules, most }: Fusion): number {
  return Math.abs(sum) * rules <= most ? rules : most / Math.abs(sum);
}

/** The findings of rules as they count beside a model; without one (null) all count whole. */
export function besideModel(findings: readonly RuleFinding[], fusion: Fusion | null): Finding[] {
  const sum = findings.reduce(
    (total, { status, weight, whole = false }) => (status === 'active' && !whole ? total + weight : total),
    0,
  );
  const factor = fusion === null ? 1 : ruleFactor(sum, fusion);
  return findings.map(({ whole = false, ...finding }) =>
    whole ? finding : { ...finding, weight: finding.weight * factor },
  );
}
