import type { VerdictCategory } from './category.ts';

/** `active` decides, `shadow` sees all and changes nothing, `off` does not run. */
export type DetectorStatus = 'active' | 'shadow' | 'off';

/**
 * What one detector adds to the score. Weights are in logit units (natural log of odds) and additive: bias, the weights
 * of all active findings and nothing else sum to the logit of the score.
 */
export interface Finding {
  /** `rule:<id>`, or `model:<name>:<feature or group>` for a contribution of a model. */
  readonly detector: string;
  readonly category: VerdictCategory;
  /** Logit units; negative speaks for the sender. 0 for findings in shadow. */
  readonly weight: number;
  readonly status: DetectorStatus;
  /** For people; one sentence without the full stop, hostile text quoted and bounded. */
  readonly words: string;
}

/** What a rule says, before it is known beside which model it counts. */
export interface RuleFinding extends Finding {
  /** It knows what no model was trained on, so it counts in full beside one. */
  readonly whole?: boolean;
}

/** Something that did not give its opinion, and why; with what the configuration wants then. */
export interface NotRun {
  /** `evidence:<source>`, `rule:<id>`, `model:<name>`. */
  readonly what: string;
  readonly reason: FailureReason;
  readonly detail: string;
  readonly outcome: FailureOutcome;
}

export type FailureReason = 'timedOut' | 'unavailable' | 'overBudget' | 'error';

/** `open`: judge without it; `tag`: at least a tag; `defer`: 4xx, ask the sender to come again. */
export type FailureOutcome = 'open' | 'tag' | 'defer';

/** Order of an explanation: what moved the score most comes first. */
export function byStrength(a: Finding, b: Finding): number {
  return Math.abs(b.weight) - Math.abs(a.weight) || (a.detector < b.detector ? -1 : 1);
}
