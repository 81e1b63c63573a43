import { cp, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FEATURES, SCHEMA_HASH } from '../../../src/detect/features/schema.ts';
import { loadModel, type ModelSchema } from '../../../src/detect/models/load.ts';
import { SHIPPED, schemaOf } from './shipped.ts';

let folder: string;
let schema: ModelSchema;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'postern-model-'));
  await cp(SHIPPED, folder, { recursive: true });
  schema = await schemaOf(folder);
});

afterEach(() => rm(folder, { recursive: true }));

async function changeCard(change: (card: Record<string, unknown>) => void): Promise<void> {
  const path = join(folder, 'card.json');
  const card = JSON.parse(await readFile(path, 'utf8'));
  change(card);
  await writeFile(path, JSON.stringify(card));
}

describe('loading a model', () => {
  test('takes the shipped one with the features of this version', async () => {
    const model = await loadModel(folder, { schemaHash: SCHEMA_HASH, features: FEATURES });
    expect(model.id).toMatch(/^postern-1@\d+\.\d+\.\d+$/);
    await model.close();
  });

  test('X3 refuses another feature schema and names both', async () => {
    const other = loadModel(folder, { ...schema, schemaHash: 'abc123' });
    await expect(other).rejects.toThrow(
      `made for feature schema ${schema.schemaHash}, this version measures abc123`,
    );
  });

  test('refuses features in another order under the same hash', async () => {
    await expect(loadModel(folder, { ...schema, features: [...schema.features].reverse() })).rejects.toThrow(
      'other features',
    );
  });

  test('X3 refuses other grams', async () => {
    await changeCard((card) => {
      card.grams = { version: 99, buckets: 131072 };
    });
    await expect(loadModel(folder, schema)).rejects.toThrow('reads grams version 99');
  });

  test.each(['text.onnx', 'trees.onnx', 'trees.json'])('refuses a %s that was cut short', async (name) => {
    const { length } = await readFile(join(folder, name));
    await truncate(join(folder, name), length - 1);
    await expect(loadModel(folder, schema)).rejects.toThrow(
      new RegExp(`${name}: has ${length - 1} bytes, the card says ${length}`),
    );
  });

  test.each(['text.onnx', 'trees.onnx', 'trees.json'])('refuses a %s with one bit changed', async (name) => {
    const bytes = await readFile(join(folder, name));
    const middle = bytes.length >> 1;
    bytes[middle] = (bytes[middle] ?? 0) ^ 1;
    await writeFile(join(folder, name), bytes);
    await expect(loadModel(folder, schema)).rejects.toThrow(`${name}: has hash`);
  });

  test('X3 refuses a folder without a card, a card that is no JSON, and one that lacks a key', async () => {
    await changeCard((card) => {
      delete card.calibration;
    });
    await expect(loadModel(folder, schema)).rejects.toThrow('card.json: calibration');
    await writeFile(join(folder, 'card.json'), '{');
    await expect(loadModel(folder, schema)).rejects.toThrow('card.json');
    await rm(join(folder, 'card.json'));
    await expect(loadModel(folder, schema)).rejects.toThrow('ENOENT');
  });

  test('refuses a graph with other inputs, even when the card vouches for it', async () => {
    const trees = await readFile(join(folder, 'trees.onnx'));
    await writeFile(join(folder, 'text.onnx'), trees);
    await changeCard((card) => {
      const files = card.files as Record<string, unknown>;
      files['text.onnx'] = files['trees.onnx'];
    });
    await expect(loadModel(folder, schema)).rejects.toThrow(
      'takes features and gives score; wanted are ids and',
    );
  });
});
