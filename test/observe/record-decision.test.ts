import { expect, test } from 'vitest';
import { createMetrics } from '../../src/observe/metrics.ts';
import { recordDecision } from '../../src/observe/record-decision.ts';
import { exampleAssessment, exampleDecision, exampleMail } from '../ledger/example-decision.ts';

async function lines(
  ...decisions: [Parameters<typeof exampleDecision>[1], number | null][]
): Promise<string[]> {
  const metrics = createMetrics();
  for (const [changes, nextHopSeconds] of decisions) {
    recordDecision(metrics, exampleDecision(exampleMail(), changes), {
      gate: 'smtp',
      seconds: 0.02,
      nextHopSeconds,
    });
  }
  return (await metrics.registry.metrics()).split('\n');
}

test('a decision moves every metric that it should, once', async () => {
  const text = await lines([{}, 0.3]);
  expect(text).toEqual(
    expect.arrayContaining([
      'postern_messages_total{gate="smtp",verdict="quarantine",category="scam"} 1',
      'postern_stage_seconds_count{stage="parse"} 1',
      'postern_stage_seconds_sum{stage="gather"} 0.002',
      'postern_message_seconds_sum 0.02',
      'postern_next_hop_seconds_sum 0.3',
      'postern_score_bucket{le="0.95",model="postern-1@1",variant="active"} 1',
      'postern_score_bucket{le="0.9",model="postern-1@1",variant="active"} 0',
      'postern_detector_findings_total{detector="rule:parcel_fee"} 1',
      'postern_detector_findings_total{detector="rule:trial"} 1',
      'postern_evidence_failures_total{source="authentication",reason="timedOut",outcome="open"} 1',
      'postern_evidence_failures_total{source="language",reason="timedOut",outcome="open"} 1',
      'postern_evidence_failures_total{source="model:postern-1@1",reason="error",outcome="tag"} 1',
    ]),
  );
});

test('without a next hop its time is not measured, and without a model the score is that of none', async () => {
  const text = await lines([{ assessment: { ...exampleAssessment(), model: null } }, null]);
  expect(text).toContain('postern_next_hop_seconds_count 0');
  expect(text).toContain('postern_score_count{model="none",variant="active"} 1');
});

test('findings of one detector count once a message', async () => {
  const [finding] = exampleAssessment().findings;
  const findings = finding === undefined ? [] : [finding, finding];
  const text = await lines([{ assessment: { ...exampleAssessment(), findings } }, null]);
  expect(text).toContain('postern_detector_findings_total{detector="rule:parcel_fee"} 1');
});

test('scores count by what a model was for the message, verdicts by variant, and failures of challengers apart', async () => {
  const assessment = exampleAssessment();
  const other = { category: 'scam', score: 0.2 } as const;
  const text = await lines([
    {
      assessment: {
        ...assessment,
        variant: 'postern-1@1+rule:r',
        shadows: [
          { model: 'n@1', status: 'shadow', ...other },
          { model: 'm@1', status: 'active', ...other },
          {
            model: 'o@1',
            status: 'shadow',
            score: null,
            category: null,
            failure: { reason: 'timedOut', detail: 'slow' },
          },
        ],
      },
    },
    null,
  ]);
  expect(text).toEqual(
    expect.arrayContaining([
      'postern_score_count{model="postern-1@1",variant="canary"} 1',
      'postern_score_count{model="n@1",variant="shadow"} 1',
      'postern_score_count{model="m@1",variant="shadow"} 1',
      'postern_variant_messages_total{variant="postern-1@1+rule:r",verdict="quarantine"} 1',
      'postern_challenger_failures_total{model="o@1",reason="timedOut"} 1',
    ]),
  );
});
