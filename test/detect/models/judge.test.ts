import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CATEGORIES } from '../../../src/detect/category.ts';
import type { Model, ModelInput, ModelOpinion } from '../../../src/detect/model.ts';
import { grams } from '../../../src/detect/models/grams.ts';
import { judge, type Parts } from '../../../src/detect/models/judge.ts';
import { loadModel } from '../../../src/detect/models/load.ts';
import { parseTrees } from '../../../src/detect/models/tree-file.ts';
import { explain } from '../../../src/detect/models/tree-shap.ts';
import { evidence, message } from '../evidence.ts';
import { SHIPPED, schemaOf } from './shipped.ts';

interface Parity {
  readonly trees: readonly {
    readonly features: readonly (number | null)[];
    readonly score: number;
    readonly contributions: readonly number[];
  }[];
  readonly texts: readonly {
    readonly ids: readonly number[];
    readonly logit: number;
    readonly categories: readonly number[];
    readonly strangeness: number;
  }[];
}

async function json(name: string) {
  return JSON.parse(await readFile(join(SHIPPED, name), 'utf8'));
}

let parity: Parity;
let model: Model;
/** The features and the logit of the text. */
let columns: number;

beforeAll(async () => {
  parity = await json('parity.json');
  const schema = await schemaOf(SHIPPED);
  columns = schema.features.length + 1;
  model = await loadModel(SHIPPED, schema);
});
afterAll(() => model.close());

const rowOf = (features: readonly (number | null)[]) =>
  Float32Array.from(features, (one) => one ?? Number.NaN);

describe('serving gives what training gave', () => {
  test('contributions, to 1e-6 of those of LightGBM', async () => {
    const trees = parseTrees(await readFile(join(SHIPPED, 'trees.json')), SHIPPED, columns);
    const explainer = explain(trees, columns);
    for (const { features, contributions } of parity.trees) {
      const found = explainer.contributions(rowOf(features));
      for (const [i, one] of found.entries())
        expect(Math.abs(one - (contributions[i] ?? Number.NaN))).toBeLessThan(1e-6);
      expect(explainer.expected).toBeCloseTo(contributions.at(-1) ?? Number.NaN, 9);
    }
  });

  test('scores of the trees, to 1e-5 of those of LightGBM, with missing values', async () => {
    const session = await InferenceSession.create(join(SHIPPED, 'trees.onnx'));
    expect(parity.trees.some(({ features }) => features.includes(null))).toBe(true);
    for (const { features, score } of parity.trees) {
      const row = rowOf(features);
      const output = await session.run({ features: new Tensor('float32', row, [1, row.length]) });
      expect(Math.abs(Number(output.score?.data[0]) - score)).toBeLessThan(1e-5);
    }
    await session.release();
  });

  test('logits of the text, also of no text', async () => {
    const session = await InferenceSession.create(join(SHIPPED, 'text.onnx'));
    for (const { ids, logit, categories, strangeness } of parity.texts) {
      const output = await session.run({ ids: new Tensor('int32', Int32Array.from(ids), [ids.length]) });
      expect(Math.abs(Number(output.logit?.data[0]) - logit)).toBeLessThan(1e-5);
      expect(Math.abs(Number(output.strangeness?.data[0]) - strangeness)).toBeLessThan(1e-5);
      for (const [i, one] of categories.entries())
        expect(Number(output.categories?.data[i])).toBeCloseTo(one, 4);
    }
    await session.release();
  });
});

const input = (text: string, features: ArrayLike<number | null>): ModelInput => ({
  message: message({ subject: 'Hello', visibleText: text }),
  evidence: evidence(),
  features: Float32Array.from(features, (one) => one ?? Number.NaN),
});

function opinionOf(result: Awaited<ReturnType<Model['judge']>>): ModelOpinion {
  if ('what' in result) throw new Error(`not run: ${result.detail}`);
  return result;
}

describe('an opinion', () => {
  test('has parts that sum to the calibrated logit of the trees and the wording', async () => {
    const { calibration, textSlope, unfamiliar } = await json('card.json');
    for (const { features } of parity.trees) {
      const row = input(
        'Dear customer, your account is locked. Confirm your password.',
        features.slice(0, -1),
      );
      const wording = await textOf(row);
      const session = await InferenceSession.create(join(SHIPPED, 'trees.onnx'));
      const whole = Float32Array.from([...row.features, wording.logit]);
      const output = await session.run({ features: new Tensor('float32', whole, [1, whole.length]) });
      await session.release();
      const opinion = opinionOf(await model.judge(row));
      const sum = opinion.findings.reduce((total, one) => total + one.weight, opinion.bias);
      const score = Number(output.score?.data[0]) + textSlope * wording.logit;
      const { from, slope, least, centre } = unfamiliar;
      const believed = Math.min(Math.max(1 - slope * (wording.strangeness - from), least), 1);
      const cautious = centre + believed * (score - centre);
      expect(sum).toBeCloseTo(calibration.a * cautious + calibration.b, 4);
    }
  });

  test('shares the categories out to 1', async () => {
    const opinion = opinionOf(await model.judge(input('', Array(columns - 1).fill(null))));
    expect(CATEGORIES.reduce((sum, one) => sum + opinion.categories[one], 0)).toBeCloseTo(1, 9);
  });

  test('names only what weighs, once, and folds the rest into one finding', async () => {
    const opinion = opinionOf(
      await model.judge(input('Please pay the invoice', parity.trees[3]?.features.slice(0, -1) ?? [])),
    );
    const names = opinion.findings.map(({ detector }) => detector);
    expect(new Set(names).size).toBe(names.length);
    const small = opinion.findings.filter(({ weight }) => Math.abs(weight) < 0.05);
    expect(small.every(({ detector }) => detector === 'model:postern-1:other')).toBe(true);
    expect(small.length).toBeLessThanOrEqual(1);
  });

  test('gives a raising finding the top category and one that speaks for the sender none, each with words', async () => {
    const opinion = opinionOf(
      await model.judge(input('You have won the lottery', parity.trees[5]?.features.slice(0, -1) ?? [])),
    );
    const top = CATEGORIES.reduce((best, one) =>
      opinion.categories[one] > opinion.categories[best] ? one : best,
    );
    for (const { weight, category, words } of opinion.findings) {
      expect(category).toBe(weight > 0 ? top : 'none');
      expect(words).not.toBe('');
    }
  });
});

async function textOf(row: ModelInput): Promise<{ logit: number; strangeness: number }> {
  const ids = grams(row.message);
  const session = await InferenceSession.create(join(SHIPPED, 'text.onnx'));
  const output = await session.run({ ids: new Tensor('int32', ids, [ids.length]) });
  await session.release();
  return { logit: Number(output.logit?.data[0]), strangeness: Number(output.strangeness?.data[0]) };
}

describe('no opinion', () => {
  const one = (name: string, values: readonly number[]) => ({
    [name]: new Tensor('float32', Float32Array.from(values), [values.length]),
  });
  const flat = { expected: 0, contributions: () => new Float64Array(2) };
  const parts = (logit: number, score: number, strangeness = 0): Parts => ({
    card: {
      name: 'test',
      version: '1.0.0',
      textSlope: 1,
      calibration: { a: 2, b: 0 },
      unfamiliar: { from: 2, slope: 0.25, least: 0.5, centre: 1 },
    },
    names: ['only'],
    text: {
      run: async () => ({
        ...one('logit', [logit]),
        ...one('strangeness', [strangeness]),
        ...one(
          'categories',
          CATEGORIES.map(() => 0),
        ),
      }),
    },
    trees: { run: async () => one('score', [score]) },
    explainer: flat,
  });
  const wanted = { what: 'model:test@1.0.0', reason: 'error', outcome: 'open' };

  test.each([
    ['a text logit that is NaN', Number.NaN, 0, 'not finite'],
    ['a score that is NaN', 0, Number.NaN, 'not finite'],
    ['a strangeness that is NaN', 0, 0, 'not finite', Number.NaN],
    ['an infinite score', 0, Number.POSITIVE_INFINITY, 'not finite'],
    ['contributions that do not sum to the score', 0, 0.5, 'contributions 0'],
  ])('comes of %s', async (_, logit, score, detail, strangeness = 0) => {
    const result = await judge(input('', [0]), parts(logit, score, strangeness));
    expect(result).toMatchObject({ ...wanted, detail: expect.stringContaining(detail) });
  });

  test('comes of a session that throws, and of features of another length', async () => {
    const broken = { ...parts(0, 0), text: { run: async () => Promise.reject(new Error('gone')) } };
    expect(await judge(input('', [0]), broken)).toMatchObject({ ...wanted, detail: 'gone' });
    expect(await judge(input('', [0, 0]), parts(0, 0))).toMatchObject({
      ...wanted,
      detail: 'got 2 features, 1 are wanted',
    });
  });

  test('does not come of sound parts', async () => {
    expect(await judge(input('', [0]), parts(0, 0))).toMatchObject({ bias: 0, findings: [] });
  });

  test.each([
    ['familiar to its edge', 2, 4],
    ['half way', 3, 2 * (1 + 0.75)],
    ['as strange as is believed', 4, 2 * (1 + 0.5)],
    ['stranger', 9, 2 * (1 + 0.5)],
  ])('wording %s moves toward the centre, and the parts say so', async (_, strangeness, wanted) => {
    const { bias, findings } = opinionOf(await judge(input('', [0]), parts(2, 0, strangeness)));
    expect(findings.reduce((sum, { weight }) => sum + weight, bias)).toBeCloseTo(wanted, 9);
    const caution = findings.find(({ detector }) => detector === 'model:test:unfamiliar');
    expect(caution?.weight ?? 0).toBeCloseTo(wanted - 4, 9);
  });
});
