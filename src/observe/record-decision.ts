import type { Decision } from '../decision.ts';
import { factsFailed } from './failures.ts';
import type { Metrics } from './metrics.ts';

/** What the gate measured of one message. */
export interface MessageTimes {
  readonly gate: string;
  /** From the end of the data to our reply. */
  readonly seconds: number;
  /** From the first byte sent to the next hop to its reply; null where it was not asked. */
  readonly nextHopSeconds: number | null;
}

/** Moves every metric that a decided message moves. */
export function recordDecision(metrics: Metrics, decision: Decision, times: MessageTimes): void {
  const { assessment } = decision;
  const category = assessment.category;
  metrics.messages.inc({ gate: times.gate, verdict: decision.verdict, category });
  metrics.messageSeconds.observe(times.seconds);
  if (times.nextHopSeconds !== null) metrics.nextHopSeconds.observe(times.nextHopSeconds);
  for (const [stage, seconds] of Object.entries(decision.stageSeconds))
    metrics.stageSeconds.observe({ stage }, seconds);
  metrics.score.observe({ model: assessment.model ?? 'none', variant: 'active' }, assessment.score);
  for (const detector of new Set(assessment.findings.map((finding) => finding.detector))) {
    metrics.detectorFindings.inc({ detector });
  }
  for (const failure of factsFailed(decision)) metrics.evidenceFailures.inc(failure);
}
