import type { Decision } from '../decision.ts';
import { factsOf } from '../evidence/evidence.ts';
import type { FeedbackRecord } from '../ledger/record.ts';
import type { ReputationKey } from './key.ts';
import type { Observation } from './reputation.ts';

/** Under which keys a decision is remembered. */
export function keysOf(decision: Pick<Decision, 'evidence'>): readonly ReputationKey[] {
  return factsOf(decision.evidence.footprint)?.learned ?? [];
}

/** What the memory learns from a decision. */
export function observationOf(decision: Decision): Observation {
  const { envelope, receivedAt: at, verdict } = decision;
  return { kind: 'decision', at, keys: keysOf(decision), verdict, recipients: envelope.rcptTo.length };
}

/** What the memory learns from feedback: of weak one nothing, and a retraction takes back what was said when it was said. */
export function observationOfFeedback(record: FeedbackRecord): Observation {
  const { at, is, reputationKeys: keys, retractedFrom, retracts, strength } = record;
  return {
    kind: 'feedback',
    at: new Date(retractedFrom ?? at),
    keys,
    bad: is !== 'none',
    weight: strength === 'weak' ? 0 : retracts === null ? 1 : -1,
  };
}
