import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sigmoid } from '../../src/detect/assess.ts';
import { type Assessment, NO_EXPERIMENT } from '../../src/detect/assessment.ts';
import { CATEGORIES } from '../../src/detect/category.ts';
import { type Explained, explanation, MAX_PARTS, renderExplanation } from '../../src/detect/explain.ts';
import type { Finding } from '../../src/detect/finding.ts';

function assessment(bias: number, weights: readonly number[], more: Partial<Assessment> = {}): Assessment {
  const findings = weights.map(
    (weight, i): Finding => ({
      detector: `rule:r${i}`,
      category: 'scam',
      weight,
      status: 'active',
      words: `reason ${i}`,
    }),
  );
  const score = sigmoid(weights.reduce((sum, weight) => sum + weight, bias));
  const scores = Object.fromEntries(
    CATEGORIES.map((c) => [c, c === 'scam' ? score : 0]),
  ) as Assessment['scores'];
  return {
    score,
    scores,
    category: 'scam',
    bias,
    findings,
    notRun: [],
    model: null,
    forced: null,
    ...NO_EXPERIMENT,
    ...more,
  };
}

describe('the parts of an explanation', () => {
  test('add up to the logit of the score, however many findings there are', () => {
    const weights = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { maxLength: 3 * MAX_PARTS });
    fc.assert(
      fc.property(fc.double({ min: -5, max: 5, noNaN: true }), weights, (bias, given) => {
        const judged = assessment(bias, given);
        const { parts, sum } = explanation(judged);
        const added = parts.reduce((total, part) => total + part.weight, 0);
        expect(added).toBeCloseTo(sum, 9);
        expect(sum).toBeCloseTo(Math.log(judged.score / (1 - judged.score)), 9);
        expect(parts.length).toBeLessThanOrEqual(MAX_PARTS + 2);
      }),
    );
  });
  test('are told one by one up to the bound, and then together', () => {
    const falling = Array.from({ length: MAX_PARTS + 1 }, (_, i) => 1 - i / 100);
    const last = (n: number) => explanation(assessment(0, falling.slice(0, n))).parts.at(-1);
    expect(last(MAX_PARTS - 1)?.words).toBe(`reason ${MAX_PARTS - 2}`);
    expect(last(MAX_PARTS)?.words).toBe(`reason ${MAX_PARTS - 1}`);
    expect(last(MAX_PARTS + 1)).toMatchObject({ words: 'smaller findings together (1)', weight: 0.85 });
  });
  test('have shares of all that moved the score, which add up to one', () => {
    expect(explanation(assessment(-3, [3, -1])).parts.map((part) => part.share)).toEqual([0, 0.75, 0.25]);
  });
  test('leave out what is in shadow', () => {
    const judged = assessment(0, [1]);
    const shadow: Finding = {
      detector: 'rule:s',
      category: 'scam',
      weight: 0,
      status: 'shadow',
      words: 'unseen',
    };
    expect(explanation({ ...judged, findings: [...judged.findings, shadow] }).parts).toHaveLength(2);
  });
});

test('an explanation reads as plain text, hostile text on one line in quotes', () => {
  const judged = assessment(-3, [3.5, 2, -0.5], {
    forced: 'quarantine',
    forcedBy: 'rule:r0',
    notRun: [{ what: 'evidence:links', reason: 'overBudget', detail: 'too\nmany', outcome: 'tag' }],
  });
  const shadow: Finding = {
    detector: 'rule:s',
    category: 'bec',
    weight: 0,
    status: 'shadow',
    words: 'also this',
  };
  const decision: Explained = {
    id: '01ABC',
    subject: 'Win\u001b[31m\r\nnow',
    from: 'x@y.example',
    verdict: 'quarantine',
    fates: [{ verdict: 'quarantine', recipients: ['a@b.example', 'b', 'c', 'd'], policy: 'rule:r0' }],
    assessment: { ...judged, findings: [...judged.findings, shadow] },
  };
  expect(renderExplanation(decision)).toBe(`Message   01ABC
From      "x@y.example"
Subject   "Win�[31m��now"
Verdict   quarantine, category scam, score 0.881
Fate      quarantine by rule:r0 for "a@b.example", "b", "c" and 1 more
Forced    quarantine by rule:r0

The sum (logit units; + speaks against the message)
    -3.000         before anything is looked at
    +3.500   58 %  reason 0
    +2.000   33 %  reason 1
    -0.500    8 %  reason 2
    +2.000         together: a score of 0.881

Score by category
  0.881  scam
  0.000  credential_phishing
  0.000  bec
  0.000  invoice_fraud
  0.000  callback_phishing
  0.000  extortion
  0.000  malware
  0.000  spam

In shadow (seen, not counted)
  rule:s  also this

Without an opinion
  evidence:links  overBudget: "too�many" (tag)
`);
});
