import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openModels } from '../../../src/detect/experiments/models.ts';
import { FEATURES, SCHEMA_HASH } from '../../../src/detect/features/schema.ts';

const MODEL = fileURLToPath(new URL('../../../models/postern-1', import.meta.url));
const parts = { schema: { schemaHash: SCHEMA_HASH, features: FEATURES } };
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'postern-challenger-'));
  cpSync(MODEL, folder, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

function withCard(change: (card: Record<string, unknown>) => object) {
  const path = join(folder, 'card.json');
  const card = JSON.parse(readFileSync(path, 'utf8'));
  writeFileSync(path, JSON.stringify({ ...card, ...change(card) }));
  return { model: MODEL, allowDegraded: true, challengers: [{ model: folder, status: 'canary:5%' }] };
}

test('a challenger stands beside the model, and takes its place when it is promoted', async () => {
  const config = withCard(() => ({ version: 'next' }));
  const before = await openModels(config, { statuses: {}, changes: [] }, parts);
  const main = before.model?.id;
  expect(before.challengers).toMatchObject([{ model: { id: 'postern-1@next' }, status: 'canary: 5%' }]);
  await before.close();
  const statuses = { 'model:postern-1@next': 'active' } as const;
  const after = await openModels(config, { statuses, changes: [] }, parts);
  expect(after.model?.id).toBe('postern-1@next');
  expect(after.challengers).toMatchObject([{ model: { id: main }, status: 'shadow' }]);
  await after.close();
});

test('X3 a challenger for other features is refused, also where the model itself may be missing', async () => {
  const config = withCard(() => ({ version: 'next', schemaHash: '0123456789abcdef' }));
  await expect(openModels(config, { statuses: {}, changes: [] }, parts)).rejects.toThrow(
    /made for feature schema 0123456789abcdef.*take it out of detect\.challengers$/,
  );
});
