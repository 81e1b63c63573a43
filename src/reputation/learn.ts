import type { Decision } from '../decision.ts';
import { factsOf } from '../evidence/evidence.ts';
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
