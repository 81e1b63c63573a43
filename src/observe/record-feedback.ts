import type { FeedbackRecord } from '../ledger/record.ts';
import type { Metrics } from './metrics.ts';

/**
 * Counts what a person said of a decision. A counter cannot go down, so what is taken back has a counter of its own: what holds is the one
 * less the other. Weak feedback is in the ledger alone.
 */
export function recordFeedback(metrics: Metrics, record: FeedbackRecord): void {
  const { category, is, retracts, strength, was } = record;
  if (strength === 'weak') return;
  const counter = retracts === null ? metrics.feedback : metrics.feedbackRetracted;
  counter.inc({ category, was, is });
}
