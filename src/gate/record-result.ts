import type { Decision } from '../decision.ts';
import type { Logger } from '../observe/log.ts';
import type { Metrics } from '../observe/metrics.ts';
import { asGateError } from './gate-error.ts';
import { describeReply } from './reply.ts';
import type { Result } from './session.ts';

export interface ResultRecorder {
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly onDecision: (decision: Decision, result: Result) => void;
}

/** Tells all who keep records what became of a message. The sender's reply does not wait for them, nor fail with them. */
export function recordResult(
  gate: 'smtp' | 'milter',
  decision: Decision,
  result: Result,
  { log, metrics, onDecision }: ResultRecorder,
): void {
  if (result.refusal !== null) {
    metrics.refusals.inc({ gate, reason: result.refusal.reason });
    const { error } = result.refusal;
    if (error !== null)
      log.warn({ id: decision.id, reason: error.reason, detail: error.message }, 'not delivered');
  }
  try {
    onDecision(decision, result);
  } catch (error) {
    log.error({ id: decision.id, error: asGateError(error).message }, 'decision could not be recorded');
  }
  log.debug({ id: decision.id, reply: describeReply(result.reply) }, 'answered');
}
