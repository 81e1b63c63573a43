import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { configSchema } from '../../../src/config/schema.ts';
import type { ShadowOpinion } from '../../../src/detect/assessment.ts';
import type { VerdictCategory } from '../../../src/detect/category.ts';
import { compare } from '../../../src/lab/compare/compare.ts';
import { encodeLine } from '../../../src/ledger/line.ts';
import { type DecisionRecord, decisionRecord } from '../../../src/ledger/record.ts';
import { createPolicy } from '../../../src/policy/policy.ts';
import { exampleDecision, exampleMail } from '../../ledger/example-decision.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'postern-compare-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const policy = createPolicy(configSchema.shape.policy.parse({}), { featureSchema: 'x' });

function record(id: string, changes: Partial<DecisionRecord>): DecisionRecord {
  const made = decisionRecord(exampleDecision(exampleMail({ id })), {
    gate: 'smtp',
    reply: null,
    seconds: null,
    nextHopSeconds: null,
    featureNames: ['a', 'b', 'c'],
    reputationKeys: [],
  });
  return { ...made, model: 'm@1', ...changes };
}

const shadow = (model: string, score: number, status: ShadowOpinion['status'] = 'shadow'): ShadowOpinion => ({
  model,
  status,
  score,
  category: 'scam',
});

function run(
  a: string,
  b: string,
  records: readonly DecisionRecord[],
  labels: Record<string, VerdictCategory> = {},
) {
  writeFileSync(join(folder, 'decisions-20260301T12.ndjson'), records.map(encodeLine).join(''));
  return compare(a, b, { ledger: folder, policy, labels: new Map(Object.entries(labels)), list: 2 });
}

test('two models are compared on the mail that both read', async () => {
  const given = await run(
    'm@1',
    'n@1',
    [
      record('1', {
        score: 0.9,
        shadows: [shadow('n@1', 0.1)],
        stageSeconds: { 'model:m@1': 0.002, 'model:n@1': 0.004 },
      }),
      record('2', { score: 0.2, shadows: [shadow('n@1', 0.3)], stageSeconds: {} }),
      record('3', { score: 0.8, shadows: [shadow('n@1', 0.75)], stageSeconds: {} }),
      // Read by one alone, and a failure: neither is compared.
      record('4', { score: 0.9, shadows: [] }),
      record('5', { score: 0.9, shadows: [{ model: 'n@1', status: 'shadow', score: null, category: null }] }),
    ],
    { 1: 'scam', 2: 'none', 3: 'spam' },
  );
  expect(given).toMatchObject({ both: 3, agreement: { value: 2 / 3 } });
  expect(given.a).toMatchObject({
    messages: 3,
    caught: { value: 1 },
    falsePositives: { value: 0 },
    labelled: 3,
  });
  expect(given.b).toMatchObject({ messages: 3, caught: { value: 0.5 }, seconds: { median: 0.004 } });
  expect(given.disagreements).toMatchObject([
    {
      id: '1',
      label: 'scam',
      a: { score: 0.9, verdict: 'quarantine' },
      b: { score: 0.1, verdict: 'accept' },
    },
    { id: '2' },
  ]);
});

test('the correlation of scores is one for scores in line, and unknown where one does not vary', async () => {
  const of = async (scores: readonly (readonly [number, number])[]) => {
    const records = scores.map(([m, n], i) => record(String(i), { score: m, shadows: [shadow('n@1', n)] }));
    return (await run('m@1', 'n@1', records)).correlation;
  };
  expect(
    await of([
      [0.1, 0.2],
      [0.2, 0.4],
      [0.4, 0.8],
    ]),
  ).toBeCloseTo(1, 9);
  expect(
    await of([
      [0.1, 0.8],
      [0.2, 0.4],
      [0.3, 0],
    ]),
  ).toBeCloseTo(-1, 9);
  expect(
    await of([
      [0.1, 0.5],
      [0.2, 0.5],
    ]),
  ).toBeNull();
});

test('a canary and the model in force are compared on the mail of both', async () => {
  const given = await run('active', 'n@1', [
    record('1', { score: 0.9, model: 'n@1', variant: 'n@1', shadows: [shadow('m@1', 0.1, 'active')] }),
    record('2', { score: 0.2, variant: 'default', shadows: [shadow('n@1', 0.9, 'canary')] }),
  ]);
  expect(given).toMatchObject({ both: 2, a: { meanScore: 0.15000000000000002 }, b: { meanScore: 0.9 } });
});

test('the canary of a rule decided about mail of its own: verdicts as carried out, and no pairs', async () => {
  const given = await run('default', 'rule:r', [
    record('1', { verdict: 'accept' }),
    record('2', { verdict: 'reject', variant: 'n@1+rule:r' }),
  ]);
  expect(given).toMatchObject({ both: 0, agreement: null, disagreements: [] });
  expect(given).toMatchObject({
    a: { messages: 1, verdicts: { accept: 1 } },
    b: { verdicts: { reject: 1 } },
  });
});

test('a name that the ledger does not know is refused with the nearest', async () => {
  await expect(run('m@1', 'n@2', [record('1', { shadows: [shadow('n@1', 0.1)] })])).rejects.toThrow(
    'did you mean n@1?',
  );
});
