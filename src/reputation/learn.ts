import type { Decision } from '../decision.ts';
import { factsOf } from '../evidence/evidence.ts';
import { reputationKeys } from '../evidence/reputation.ts';
import type { Observation, ReputationKey } from './reputation.ts';

/** Under which keys a decision is remembered. */
export function keysOf(decision: Decision): readonly ReputationKey[] {
  return reputationKeys(
    decision.envelope,
    factsOf(decision.evidence.authentication),
    factsOf(decision.evidence.sender),
  );
}

/** What the memory learns from a decision. */
export function observationOf(decision: Decision): Observation {
  const { envelope, receivedAt: at, verdict } = decision;
  return { kind: 'decision', at, keys: keysOf(decision), verdict, recipients: envelope.rcptTo.length };
}
