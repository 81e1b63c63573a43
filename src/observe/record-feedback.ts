import type { FeedbackRecord } from '../ledger/record.ts';
import type { Metrics } from './metrics.ts';

/** Counts what a person said of a decision. */
export function recordFeedback(metrics: Metrics, { category, was, is }: FeedbackRecord): void {
  metrics.feedback.inc({ category, was, is });
}
