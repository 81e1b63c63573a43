import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type AssessInput,
  assess,
  BOUND,
  type Detectors,
  MAX_LOGIT,
  PRIOR_BIAS,
} from '../../src/detect/assess.ts';
import { CATEGORIES, type Category } from '../../src/detect/category.ts';
import type { Finding } from '../../src/detect/finding.ts';
import type { Model, ModelOpinion } from '../../src/detect/model.ts';
import { evidence, message } from './evidence.ts';
import { rule, ruleSet } from './rules/yaml.ts';

const INPUT: AssessInput = { message: message(), evidence: evidence(), features: new Float32Array(3) };

const EQUAL = Object.fromEntries(CATEGORIES.map((category) => [category, 1 / CATEGORIES.length]));

function shares(given: Partial<Record<Category, number>>): ModelOpinion['categories'] {
  return { ...EQUAL, ...given } as ModelOpinion['categories'];
}

function finding(weight: number, more: Partial<Finding> = {}): Finding {
  const words = `weighs ${weight}`;
  return { detector: `model:m@1:f${weight}`, category: 'none', weight, status: 'active', words, ...more };
}

function model(opinion: Partial<ModelOpinion>): Model {
  return {
    id: 'm@1',
    judge: async () => ({ bias: -1, findings: [], categories: shares({}), ...opinion }),
    close: async () => {},
  };
}

function detectors(given: Partial<Detectors> = {}): Detectors {
  return { model: null, rules: ruleSet(), priorBias: PRIOR_BIAS, modelFailure: 'defer', ...given };
}

/** A rule that matches every message. */
function always(id: string, category: Category, weight: number, more: Record<string, string> = {}): string {
  return rule({ id, category, weight, when: 'true', words: `${id} matched`, ...more });
}

const logit = (score: number) => Math.log(score / (1 - score));

describe('the score', () => {
  test('is the sigmoid of bias and active findings, of model and rules together', async () => {
    const given = await assess(
      INPUT,
      detectors({ model: model({ findings: [finding(0.5)] }), rules: ruleSet(always('a', 'bec', 2)) }),
    );
    expect(given.score).toBeCloseTo(1 / (1 + Math.exp(-1.5)), 12);
    expect(given).toMatchObject({ bias: -1, model: 'm@1', category: 'bec' });
    expect(given.findings.map((f) => f.weight)).toEqual([2, 0.5]);
  });

  test('scales rules as the model wants them beside it, together up to what it allows', async () => {
    const rules = ruleSet(always('a', 'bec', 2), always('b', 'bec', 1), always('c', 'bec', -1));
    const weights = async (fusion: { rules: number; most: number }) => {
      const given = await assess(INPUT, detectors({ model: model({ bias: 0, fusion }), rules }));
      expect(logit(given.score)).toBeCloseTo(
        given.findings.reduce((sum, f) => sum + f.weight, given.bias),
        9,
      );
      return given.findings.map((f) => f.weight).sort((a, b) => b - a);
    };
    expect(await weights({ rules: 0.5, most: 1 })).toEqual([1, 0.5, -0.5]);
    expect(await weights({ rules: 0.5, most: 0.5 })).toEqual([0.5, 0.25, -0.25]);
    expect((await weights({ rules: 0, most: 0 })).map(Math.abs)).toEqual([0, 0, 0]);
  });

  test('counts a rule whole that knows what no model learned from, beyond what the model allows the others', async () => {
    const rules = ruleSet(
      always('a', 'bec', 2),
      always('b', 'bec', 3, { besideModel: 'whole' }),
      always('c', 'spam', -1.5, { besideModel: 'whole' }),
    );
    const given = await assess(
      INPUT,
      detectors({ model: model({ bias: 0, fusion: { rules: 0.5, most: 0.75 } }), rules }),
    );
    expect(given.findings.map(({ detector, weight }) => [detector, weight])).toEqual([
      ['rule:b', 3],
      ['rule:c', -1.5],
      ['rule:a', 0.75],
    ]);
    expect(logit(given.score)).toBeCloseTo(2.25, 9);
    const alone = await assess(INPUT, detectors({ rules, priorBias: 0 }));
    expect(logit(alone.score)).toBeCloseTo(3.5, 9);
    expect(alone.findings.every((found) => !('whole' in found))).toBe(true);
  });

  test('has parts that add up to its logit, and categories that add up to it, whatever the detectors say', async () => {
    const weight = fc.double({ min: -30, max: 30, noNaN: true });
    const ruleWeight = fc.double({ min: -10, max: 10, noNaN: true });
    const categories = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 8, maxLength: 8 });
    const votes = fc.array(fc.tuple(fc.constantFrom(...CATEGORIES), ruleWeight), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(
        weight,
        fc.array(weight, { maxLength: 40 }),
        categories,
        votes,
        async (bias, weights, ps, rules) => {
          const categoryShares = Object.fromEntries(
            CATEGORIES.map((c, i) => [c, ps[i]]),
          ) as ModelOpinion['categories'];
          const given = await assess(
            INPUT,
            detectors({
              model: model({ bias, findings: weights.map((w) => finding(w)), categories: categoryShares }),
              rules: ruleSet(...rules.map(([category, w], i) => always(`r${i}`, category, w))),
            }),
          );
          const sum = given.findings.reduce((total, f) => total + f.weight, given.bias);
          expect(Math.abs(sum - logit(given.score))).toBeLessThan(1e-9);
          const byCategory = CATEGORIES.reduce((total, c) => total + given.scores[c], 0);
          expect(Math.abs(byCategory - given.score)).toBeLessThan(1e-9);
          for (const c of CATEGORIES) expect(given.scores[c]).toBeGreaterThanOrEqual(0);
        },
      ),
      { numRuns: 100 },
    );
  });

  test('starts from the prior where there is no model', async () => {
    const given = await assess(INPUT, detectors());
    expect(given).toMatchObject({
      bias: PRIOR_BIAS,
      model: null,
      category: 'none',
      findings: [],
      notRun: [],
    });
    expect(given.score).toBeCloseTo(0.0474, 4);
  });

  test('is held at the bound by a finding of its own', async () => {
    const at = (bias: number) => assess(INPUT, detectors({ model: model({ bias }) }));
    for (const bias of [MAX_LOGIT - 0.1, MAX_LOGIT, -MAX_LOGIT])
      expect((await at(bias)).findings).toEqual([]);
    for (const bias of [MAX_LOGIT + 0.1, 1e300]) {
      const given = await at(bias);
      expect(given.findings).toEqual([expect.objectContaining({ detector: BOUND, category: 'none' })]);
      expect(given.score).toBeLessThan(1);
    }
    expect((await at(-1e300)).score).toBeGreaterThan(0);
  });

  test('is not moved by findings in shadow, which are listed', async () => {
    const given = await assess(
      INPUT,
      detectors({ rules: ruleSet(always('a', 'scam', 9, { status: 'shadow' })) }),
    );
    expect(given.score).toBeCloseTo(0.0474, 4);
    expect(given.findings).toEqual([
      { detector: 'rule:a', category: 'scam', weight: 0, status: 'shadow', words: 'a matched' },
    ]);
  });
});

describe('the category', () => {
  const certain = { bias: 3, categories: shares({ spam: 0.6, bec: 0.2 }) };
  test('is the one to which the model gives most where no rule speaks', async () => {
    expect((await assess(INPUT, detectors({ model: model(certain) }))).category).toBe('spam');
  });
  test('follows a rule that outweighs the model: ln p plus weight', async () => {
    const decided = async (weight: number) =>
      (await assess(INPUT, detectors({ model: model(certain), rules: ruleSet(always('a', 'bec', weight)) })))
        .category;
    // 0.2 e^w against 0.6: the turn is at ln 3.
    expect(await decided(Math.log(3) - 0.01)).toBe('spam');
    expect(await decided(Math.log(3) + 0.01)).toBe('bec');
  });
  test('gets no vote from rules that speak for the sender, nor a second one from the model', async () => {
    const rules = ruleSet(always('a', 'spam', -2));
    const findings = [finding(4, { category: 'bec' })];
    const given = await assess(INPUT, detectors({ model: model({ ...certain, findings }), rules }));
    expect(given.category).toBe('spam');
    expect(given.scores.spam / given.scores.bec).toBeCloseTo(3, 9);
  });
  test('is none below one half', async () => {
    const decided = async (bias: number) =>
      (await assess(INPUT, detectors({ model: model({ bias }) }))).category;
    expect(await decided(-0.001)).toBe('none');
    expect(await decided(0)).not.toBe('none');
  });
  test('can be won by a rule where the model gives a share of nothing', async () => {
    const model0 = model({ bias: 3, categories: shares({ bec: 0, spam: 1 }) });
    const rules = ruleSet(always('a', 'bec', 10), always('b', 'bec', 5));
    expect((await assess(INPUT, detectors({ model: model0, rules }))).category).toBe('bec');
  });
});

describe('a detector without an opinion', () => {
  const broken: readonly [string, Partial<ModelOpinion>][] = [
    ['a bias that is NaN', { bias: Number.NaN }],
    ['a weight that is infinite', { findings: [finding(Number.POSITIVE_INFINITY)] }],
    ['weights that overflow together', { findings: [finding(1.7e308), finding(1.7e308)] }],
    ['a share that is NaN', { categories: shares({ spam: Number.NaN }) }],
  ];
  test.each(broken)('is a model that gives %s: rules decide from the prior', async (_, opinion) => {
    const rules = ruleSet(always('a', 'scam', 5));
    const given = await assess(INPUT, detectors({ model: model(opinion), rules }));
    expect(given.notRun).toEqual([
      { what: 'model:m@1', reason: 'error', detail: 'gave a number that is not finite', outcome: 'defer' },
    ]);
    expect(given).toMatchObject({ bias: PRIOR_BIAS, model: null, category: 'scam' });
  });
  test('is a model that throws', async () => {
    const throwing: Model = { ...model({}), judge: () => Promise.reject(new Error('session closed')) };
    expect((await assess(INPUT, detectors({ model: throwing }))).notRun).toEqual([
      { what: 'model:m@1', reason: 'error', detail: 'session closed', outcome: 'defer' },
    ]);
  });
  test('is a model that says so, with the outcome that is configured', async () => {
    const notRun = { what: 'model:m@1', reason: 'overBudget', detail: 'too long', outcome: 'open' } as const;
    const silent: Model = { ...model({}), judge: async () => notRun };
    expect((await assess(INPUT, detectors({ model: silent }))).notRun).toEqual([
      { ...notRun, outcome: 'defer' },
    ]);
  });
  test('is evidence that failed, and a rule that needs it', async () => {
    const failed = { status: 'failed', reason: 'timedOut', detail: 'no answer', outcome: 'tag' } as const;
    const rules = ruleSet(rule({ when: 'sender.freemail' }));
    const given = await assess(
      { ...INPUT, evidence: { ...evidence(), sender: failed } },
      detectors({ rules }),
    );
    expect(given.notRun.map(({ what, outcome }) => [what, outcome])).toEqual([
      ['evidence:sender', 'tag'],
      ['rule:some_rule', 'tag'],
    ]);
  });
});

test('an action of a rule is handed on with its rule, whatever the score', async () => {
  const rules = ruleSet(always('a', 'malware', 0.1, { action: 'quarantine' }));
  expect(await assess(INPUT, detectors({ rules }))).toMatchObject({
    forced: 'quarantine',
    forcedBy: 'rule:a',
    category: 'none',
  });
  expect((await assess(INPUT, detectors())).forced).toBeNull();
});
