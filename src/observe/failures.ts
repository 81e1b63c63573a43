import type { Decision } from '../decision.ts';

/** Labels of one thing that gave no facts or no opinion. */
export interface FailureLabels {
  readonly source: string;
  readonly reason: string;
  readonly outcome: string;
}

const EVIDENCE = 'evidence:';

/** What did not run for a decision: sources of evidence by name, others as `rule:…` and `model:…`. */
export function factsFailed({ assessment }: Decision): FailureLabels[] {
  return assessment.notRun.map(({ what, reason, outcome }) => ({
    source: what.startsWith(EVIDENCE) ? what.slice(EVIDENCE.length) : what,
    reason,
    outcome,
  }));
}
