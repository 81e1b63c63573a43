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
  recordVariant(metrics, decision);
  for (const detector of new Set(assessment.findings.map((finding) => finding.detector))) {
    metrics.detectorFindings.inc({ detector });
  }
  for (const failure of factsFailed(decision)) metrics.evidenceFailures.inc(failure);
}

/** Scores by what each model was for this message; only the one that decided moves the verdicts by variant. */
function recordVariant(metrics: Metrics, { assessment, verdict }: Decision): void {
  const { model, variant, score, shadows } = assessment;
  const decided = variant.split('+').includes(model ?? '') ? 'canary' : 'active';
  metrics.score.observe({ model: model ?? 'none', variant: decided }, score);
  metrics.variantMessages.inc({ variant, verdict });
  for (const shadow of shadows) {
    if (shadow.score !== null)
      metrics.score.observe({ model: shadow.model, variant: 'shadow' }, shadow.score);
    else metrics.challengerFailures.inc({ model: shadow.model, reason: shadow.failure?.reason ?? 'error' });
  }
}
