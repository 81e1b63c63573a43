import type { Decision } from '../decision.ts';

/** Labels of one thing that gave no facts or no opinion. */
export interface FailureLabels {
  readonly source: string;
  readonly reason: string;
  readonly outcome: string;
}

const EVIDENCE = 'evidence:';

/** What did not run for a decision, each source once: sources of evidence by name, others as `rule:…` and `model:…`. */
export function factsFailed(decision: Decision): FailureLabels[] {
  const bySource = new Map<string, FailureLabels>();
  for (const [source, outcome] of Object.entries(decision.evidence)) {
    if (outcome.status === 'failed') {
      bySource.set(source, { source, reason: outcome.reason, outcome: outcome.outcome });
    }
  }
  const { authentication } = decision.evidence;
  // The results that hung on it are `temperror`, and the rest of the evidence stands: the mail goes on.
  if (authentication.status === 'ok' && authentication.facts.dnsFailures > 0) {
    bySource.set('dns', { source: 'dns', reason: 'unanswered', outcome: 'open' });
  }
  for (const { what, reason, outcome } of decision.assessment.notRun) {
    const source = what.startsWith(EVIDENCE) ? what.slice(EVIDENCE.length) : what;
    if (!bySource.has(source)) bySource.set(source, { source, reason, outcome });
  }
  return [...bySource.values()];
}
