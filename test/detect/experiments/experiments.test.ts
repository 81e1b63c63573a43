import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AssessInput, assess, type Detectors, fuse, PRIOR_BIAS } from '../../../src/detect/assess.ts';
import { CATEGORIES } from '../../../src/detect/category.ts';
import { rolesOf, withStatuses } from '../../../src/detect/experiments/effective.ts';
import {
  type Experiments,
  NO_EXPERIMENTS,
  parseExperiments,
  promoted,
  renderExperiments,
  rolledBack,
} from '../../../src/detect/experiments/file.ts';
import { placeOf, statusFor } from '../../../src/detect/experiments/share.ts';
import { parseStatus, type Status, StatusMistake, shareOf } from '../../../src/detect/experiments/status.ts';
import type { Finding } from '../../../src/detect/finding.ts';
import type { Model, ModelOpinion } from '../../../src/detect/model.ts';
import { evidence, message } from '../evidence.ts';
import { rule, ruleSet } from '../rules/yaml.ts';

const EQUAL = Object.fromEntries(
  CATEGORIES.map((category) => [category, 1 / CATEGORIES.length]),
) as ModelOpinion['categories'];

const INPUT: AssessInput = { message: message(), evidence: evidence(), features: new Float32Array(3) };

function weights(id: string, ...all: number[]): Finding[] {
  return all.map((weight, i) => ({
    detector: `model:${id}:f${i}`,
    category: 'none',
    weight,
    status: 'active',
    words: 'w',
  }));
}

function model(id: string, opinion: Partial<ModelOpinion> | Error): Model {
  return {
    id,
    judge: async () => {
      if (opinion instanceof Error) throw opinion;
      return { bias: -1, findings: [], categories: EQUAL, ...opinion };
    },
    close: async () => {},
  };
}

function detectors(given: Partial<Detectors>): Detectors {
  return { model: null, rules: ruleSet(), priorBias: PRIOR_BIAS, modelFailure: 'defer', ...given };
}

const matching = (id: string, weight: number, status: string) =>
  rule({ id, category: 'scam', weight, when: 'true', words: `${id} matched`, status });

describe('a status', () => {
  test('is read in any spelling that the configuration allows, and nothing else is', () => {
    expect(parseStatus('canary:5%')).toBe('canary: 5%');
    expect(parseStatus('canary: 0.50%')).toBe('canary: 0.5%');
    expect([parseStatus('active'), parseStatus('off')]).toEqual(['active', 'off']);
    for (const text of ['', 'on', 'canary', 'canary: 101%', 'canary: -1%', 'ACTIVE'])
      expect(() => parseStatus(text)).toThrow(StatusMistake);
    expect(['active', 'canary: 5%', 'shadow', 'off'].map((one) => shareOf(one as Status))).toEqual([
      1, 0.05, 0, 0,
    ]);
  });
});

describe('the share of a canary', () => {
  const key = (i: number) => ({ messageId: `m${i}@a.example`, from: 'Orla@a.example', subject: 's' });

  test('is about as large as it says, and all of it stays when it grows', () => {
    const at = (percent: number) =>
      Array.from({ length: 4_000 }, (_, i) => i).filter(
        (i) => statusFor('rule:x', `canary: ${percent}%`, key(i)) === 'active',
      );
    const small = at(5);
    expect(small.length).toBeGreaterThan(140);
    expect(small.length).toBeLessThan(260);
    const large = new Set(at(20));
    expect(small.every((i) => large.has(i))).toBe(true);
    expect(at(0)).toEqual([]);
    expect(at(100)).toHaveLength(4_000);
  });

  test('is the same for a retry and another recipient, and another for another canary', () => {
    expect(placeOf('a', key(1))).toBe(placeOf('a', { ...key(1), from: 'orla@A.example', subject: 'else' }));
    expect(placeOf('a', key(1))).not.toBe(placeOf('b', key(1)));
    const without = { messageId: '', from: 'o@a.example', subject: 'one' };
    expect(placeOf('a', without)).not.toBe(placeOf('a', { ...without, subject: 'two' }));
  });
});

describe('challengers', () => {
  test('in shadow are heard and change nothing', async () => {
    const main = model('m@1', { findings: weights('m', 1, 2) });
    const rules = ruleSet(matching('r', 1, 'active'));
    const alone = await assess(INPUT, detectors({ model: main, rules }));
    const beside = await assess(
      INPUT,
      detectors({
        model: main,
        rules,
        challengers: [{ model: model('n@1', { bias: 3 }), status: 'shadow' }],
      }),
    );
    expect({ ...beside, shadows: [] }).toEqual(alone);
    const own = fuse({ bias: 3, findings: [], categories: EQUAL }, rules.judge(INPUT).findings, PRIOR_BIAS);
    expect(beside.shadows).toEqual([
      { model: 'n@1', status: 'shadow', score: own.score, category: own.category },
    ]);
  });

  test('in canary decide about their share, and the model in force is heard beside', async () => {
    const given = (status: Status) =>
      assess(
        INPUT,
        detectors({
          model: model('m@1', {}),
          challengers: [{ model: model('n@1', { bias: 3 }), status }],
        }),
      );
    const inside = await given('canary: 100%');
    expect(inside).toMatchObject({ model: 'n@1', bias: 3, variant: 'n@1', opinion: { bias: 3 } });
    expect(inside.shadows).toMatchObject([{ model: 'm@1', status: 'active' }]);
    const outside = await given('canary: 0%');
    expect(outside).toMatchObject({ model: 'm@1', bias: -1, variant: 'default' });
    expect(outside.shadows).toMatchObject([{ model: 'n@1', status: 'canary' }]);
  });

  test.each([
    ['throws', new Error('no')],
    ['gives a number that is not finite', { bias: Number.NaN }],
  ])('F5 that %s never move the verdict, not even as a canary', async (_, opinion) => {
    const given = await assess(
      INPUT,
      detectors({
        model: model('m@1', {}),
        challengers: [
          { model: model('n@1', opinion), status: 'canary: 100%' },
          { model: model('o@1', opinion), status: 'shadow' },
        ],
      }),
    );
    expect(given).toMatchObject({ model: 'm@1', bias: -1, variant: 'default', notRun: [] });
    expect(given.shadows).toMatchObject([
      { model: 'n@1', score: null, category: null, failure: { reason: 'error' } },
      { model: 'o@1', score: null, category: null, failure: { reason: 'error' } },
    ]);
  });
});

describe('a rule in canary', () => {
  test('counts for its share, is in shadow for the rest, and names the variant either way it matches', async () => {
    const inside = await assess(INPUT, detectors({ rules: ruleSet(matching('r', 2, 'canary: 100%')) }));
    expect(inside).toMatchObject({ variant: 'rule:r', findings: [{ weight: 2, status: 'active' }] });
    const outside = await assess(INPUT, detectors({ rules: ruleSet(matching('r', 2, 'canary: 0%')) }));
    expect(outside).toMatchObject({ variant: 'default', findings: [{ weight: 0, status: 'shadow' }] });
  });
});

test('parts add up, and the recorded opinion with the rules gives the score to the last bit', async () => {
  const weight = fc.double({ min: -30, max: 30, noNaN: true });
  const status = fc.constantFrom('active', 'shadow', 'canary: 50%', 'canary: 100%');
  const fusion = fc.option(
    fc.record({
      rules: fc.double({ min: 0, max: 1, noNaN: true }),
      most: fc.double({ min: 0, max: 5, noNaN: true }),
    }),
    { nil: undefined },
  );
  const voted = fc.tuple(fc.double({ min: -10, max: 10, noNaN: true }), status);
  await fc.assert(
    fc.asyncProperty(
      weight,
      fc.array(weight, { maxLength: 30 }),
      fusion,
      fc.array(voted, { maxLength: 6 }),
      fc.array(fc.tuple(weight, status), { maxLength: 3 }),
      async (bias, all, how, votes, others) => {
        const opinion = {
          bias,
          findings: weights('m', ...all),
          ...(how === undefined ? {} : { fusion: how }),
        };
        const rules = ruleSet(...votes.map(([w, s], i) => matching(`r${i}`, w, s)));
        const challengers = others.flatMap(([w, s], i) =>
          s === 'active' ? [] : [{ model: model(`n${i}@1`, { bias: w }), status: s as Status }],
        );
        const given = await assess(INPUT, detectors({ model: model('m@1', opinion), rules, challengers }));
        const sum = given.findings.reduce((total, f) => total + f.weight, given.bias);
        expect(Math.abs(sum - Math.log(given.score / (1 - given.score)))).toBeLessThan(1e-9);
        // As it is read back from the ledger.
        const record = JSON.parse(JSON.stringify(given)) as typeof given;
        const { fusion: recorded, ...part } = record.opinion ?? {
          fusion: null,
          bias: Number.NaN,
          categories: EQUAL,
        };
        const again = fuse(
          {
            ...part,
            findings: record.findings.filter(({ detector }) => detector.startsWith('model:')),
            ...(recorded === null ? {} : { fusion: recorded }),
          },
          rules.judge(INPUT).findings,
          PRIOR_BIAS,
        );
        expect(again.score).toBe(given.score);
        expect(again.scores).toEqual(given.scores);
      },
    ),
    { numRuns: 60 },
  );
}, 60_000);

describe('the file of experiments', () => {
  const change = { actor: 'pat', reason: 'why', at: '2026-03-01T12:00:00.000Z' };
  const status = fc.constantFrom<Status>('active', 'shadow', 'off', 'canary: 5%', 'canary: 12.5%');
  const subject = fc.constantFrom('rule:a', 'rule:b', 'model:m@1');
  const experiments = fc
    .array(fc.tuple(subject, status), { maxLength: 12 })
    .map((steps) =>
      steps.reduce<Experiments>(
        (now, [about, to]) => promoted(now, { ...change, subject: about, to }).experiments,
        NO_EXPERIMENTS,
      ),
    );

  test('is the same after a promotion and its rollback, by name or not', () => {
    fc.assert(
      fc.property(experiments, subject, status, fc.boolean(), (before, about, to, named) => {
        const next = promoted(before, { ...change, subject: about, to }).experiments;
        const back = rolledBack(next, named ? about : null);
        expect(renderExperiments(back?.experiments ?? next)).toBe(renderExperiments(before));
      }),
    );
  });

  test('reads back what was written', () => {
    fc.assert(
      fc.property(experiments, (given) => {
        expect(parseExperiments('e.yaml', renderExperiments(given))).toEqual(given);
      }),
    );
  });

  test('goes back one name, past later changes of others', () => {
    const one = promoted(NO_EXPERIMENTS, { ...change, subject: 'rule:a', to: 'active' }).experiments;
    const two = promoted(one, { ...change, subject: 'rule:b', to: 'shadow' }).experiments;
    expect(rolledBack(two, 'rule:a')?.experiments.statuses).toEqual({ 'rule:b': 'shadow' });
    expect(rolledBack(two, 'rule:c')).toBeNull();
  });

  test.each([
    ['statuses: {x: active}', /neither rule:ID nor model/],
    ['statuses: {"rule:x": on}', /e\.yaml: statuses/],
    ['statuses: [', /e\.yaml/],
    ['stati: {}', /stati/],
  ])('is refused with its name where it says %s', (text, words) => {
    expect(() => parseExperiments('e.yaml', text)).toThrow(words);
  });
});

describe('the status that holds', () => {
  const of = (statuses: Record<string, string>, own: Record<string, Status>) =>
    withStatuses(ruleSet(matching('r', 2, 'shadow')), { statuses }, { statuses: own, changes: [] }).rules[0]
      ?.status;

  test('is that of experiments over that of the configuration over that of the file', () => {
    expect(of({}, {})).toBe('shadow');
    expect(of({ r: 'active' }, {})).toBe('active');
    expect(of({ r: 'active' }, { 'rule:r': 'canary: 5%' })).toBe('canary: 5%');
    expect(of({}, { 'rule:gone': 'active' })).toBe('shadow');
    expect(() => of({ s: 'active' }, {})).toThrow('detect.statuses.s: there is no such rule');
  });

  test('of models has one that decides; one that it displaces watches', () => {
    const models = [
      { id: 'm@1', configured: null },
      { id: 'n@1', configured: 'shadow' as const },
      { id: 'o@1', configured: 'off' as const },
    ];
    const roles = (statuses: Record<string, Status>) => rolesOf(models, { statuses, changes: [] });
    expect(roles({})).toEqual({ active: 'm@1', beside: [{ id: 'n@1', status: 'shadow' }] });
    expect(roles({ 'model:n@1': 'active' })).toEqual({
      active: 'n@1',
      beside: [{ id: 'm@1', status: 'shadow' }],
    });
    expect(() => roles({ 'model:n@1': 'active', 'model:o@1': 'active' })).toThrow('n@1 and o@1 are active');
    expect(() => rolesOf([...models, { id: 'm@1', configured: 'shadow' }], NO_EXPERIMENTS)).toThrow(
      'two models m@1',
    );
  });
});
