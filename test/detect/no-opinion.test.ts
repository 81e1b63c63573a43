import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { CATEGORIES } from '../../src/detect/category.ts';
import type { FailureOutcome } from '../../src/detect/finding.ts';
import type { Model, ModelOpinion } from '../../src/detect/model.ts';
import { inspect } from '../../src/inspect.ts';
import { readMailFile } from '../../src/mail/files.ts';
import type { Mail } from '../../src/mail/mail.ts';
import { type OpenInstruments, openInstruments } from '../../src/service/instruments.ts';
import { DEMO_CASES, readCases } from '../cases/cases.ts';
import { rule, ruleSet } from './rules/yaml.ts';

const ROOT = join(import.meta.dirname, '..', '..');

let instruments: OpenInstruments;
let attack: Mail;
let harmless: Mail;

beforeAll(async () => {
  const { config } = loadConfig(join(ROOT, 'config/postern.yaml'), {});
  instruments = await openInstruments(config, { reputation: null, resolver: null });
  const named = async (unwanted: boolean, category: string) => {
    const found = readCases().find(
      ({ sidecar }) => sidecar.expect.unwanted === unwanted && sidecar.expect.category === category,
    );
    return (await readMailFile(join(DEMO_CASES, `${found?.name}.eml`))).mail;
  };
  attack = await named(true, 'malware');
  harmless = await named(false, 'none');
}, 60_000);
afterAll(() => instruments.close());

const SOUND: ModelOpinion = {
  bias: -8,
  findings: [{ detector: 'model:m:a', category: 'none', weight: -2, status: 'active', words: 'a' }],
  categories: Object.fromEntries(
    CATEGORIES.map((category) => [category, 1 / CATEGORIES.length]),
  ) as ModelOpinion['categories'],
};

function modelThatSays(opinion: ModelOpinion): Model {
  return { id: 'm@1', judge: async () => opinion, close: async () => {} };
}

function judge(mail: Mail, model: Model | null, modelFailure: FailureOutcome) {
  return inspect(mail, { ...instruments, detectors: { ...instruments.detectors, model, modelFailure } });
}

const unsound = fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY);
/** A sound opinion, one number of which is not finite. */
const broken = fc.oneof(
  unsound.map((bias) => ({ ...SOUND, bias })),
  unsound.map((weight) => ({
    ...SOUND,
    findings: SOUND.findings.map((finding) => ({ ...finding, weight })),
  })),
  fc
    .tuple(unsound, fc.constantFrom(...CATEGORIES))
    .map(([share, category]) => ({ ...SOUND, categories: { ...SOUND.categories, [category]: share } })),
);

describe('X2 a model whose number is not finite has no opinion', () => {
  it.each<[FailureOutcome, string, string]>([
    ['open', 'quarantine', 'accept'],
    ['tag', 'quarantine', 'tag'],
    ['defer', 'defer', 'defer'],
  ])('and with the outcome %s an attack is %s and harmless mail %s', async (outcome, attacked, unharmed) => {
    const alone = await judge(attack, null, outcome);
    await fc.assert(
      fc.asyncProperty(broken, async (opinion) => {
        const given = await judge(attack, modelThatSays(opinion), outcome);
        expect(given.verdict).toBe(attacked);
        expect(given.assessment.score).toBe(alone.assessment.score);
        expect(given.assessment.model).toBeNull();
        expect(given.assessment.notRun).toContainEqual(
          expect.objectContaining({ what: 'model:m@1', reason: 'error', outcome }),
        );
        const other = await judge(harmless, modelThatSays(opinion), outcome);
        expect(other.verdict).toBe(unharmed);
        expect(Number.isFinite(other.assessment.score)).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  it('where a sound one would have let the attack pass: the test can tell', async () => {
    const sure = { ...SOUND, bias: -15, fusion: { rules: 0, most: 0 } };
    const { assessment } = await judge(attack, modelThatSays(sure), 'open');
    expect(assessment).toMatchObject({ model: 'm@1', category: 'none' });
    expect(assessment.score).toBeLessThan(0.001);
  });
});

describe('X2 a rule', () => {
  const judged = (outcome: FailureOutcome, ...rules: string[]) =>
    inspect(harmless, {
      ...instruments,
      detectors: { ...instruments.detectors, model: null, rules: ruleSet(...rules) },
      failures: { ...instruments.failures, rules: outcome },
    });

  it('cannot bring a weight that is not finite', () => {
    for (const weight of ['.nan', '.inf', '-.inf'])
      expect(() => ruleSet(rule({}).replace('"weight":2', `"weight": ${weight}`))).toThrow(/weight/);
  });

  it('that compares with a number that is not known, or divides by nothing, does not match, and the score is finite', async () => {
    const { assessment } = await judged(
      'open',
      rule({ id: 'a', when: 'sender.fromCount / 0.0 < 1.0' }),
      rule({ id: 'b', when: '0.0 / 0.0 > 1.0' }),
      rule({ id: 'c', when: '0.0 / 0.0 == 0.0 / 0.0' }),
    );
    expect(assessment.findings).toEqual([]);
    expect(Number.isFinite(assessment.score)).toBe(true);
  });

  it.each<[FailureOutcome, string]>([
    ['open', 'accept'],
    ['tag', 'tag'],
    ['defer', 'defer'],
  ])(
    'set that fails as a whole has no opinion, and with the outcome %s the mail is %s',
    async (outcome, verdict) => {
      const throwing = {
        judge: () => {
          throw new Error('no rules');
        },
      };
      const decision = await inspect(harmless, {
        ...instruments,
        detectors: { ...instruments.detectors, model: null, rules: throwing as never },
        failures: { ...instruments.failures, rules: outcome },
      });
      expect(decision.verdict).toBe(verdict);
      expect(decision.assessment.notRun).toContainEqual(expect.objectContaining({ what: 'rules', outcome }));
    },
  );
});
