import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ConfigError, type LoadedConfig, loadConfig } from '../../src/config/load.ts';
import { type ConfigWatch, SETTLE_MS, watchConfig } from '../../src/config/reload.ts';

let folder = '';
let file = '';
let watching: ConfigWatch | null = null;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'postern-reload-'));
  mkdirSync(join(folder, 'rules'));
  file = join(folder, 'postern.yaml');
  writeFileSync(file, 'detect: {rules: [rules]}\npolicy:\n  default: {tag: 0.1}\n');
});
afterEach(async () => {
  await watching?.close();
  rmSync(folder, { recursive: true });
});

function start(onReload: (loaded: LoadedConfig) => void | Promise<void> = () => undefined) {
  const taken: LoadedConfig[] = [];
  const refused: unknown[] = [];
  watching = watchConfig(
    loadConfig(file, {}),
    {
      onReload: async (loaded) => {
        await onReload(loaded);
        taken.push(loaded);
      },
      onRefused: (error) => refused.push(error),
    },
    {},
  );
  return { taken, refused, watching };
}

test('a changed file is loaded, also where it was renamed over the old one', async () => {
  const { taken } = start();
  writeFileSync(`${file}.new`, 'policy:\n  default: {tag: 0.2}\n');
  renameSync(`${file}.new`, file);
  await vi.waitFor(() => expect(taken.at(-1)?.config.policy.default.tag).toBe(0.2), 10_000);
});

test('a changed rule loads again', async () => {
  const { taken } = start();
  writeFileSync(join(folder, 'rules/one.yaml'), '[]');
  await vi.waitFor(() => expect(taken).not.toEqual([]), 10_000);
});

test('SIGHUP loads again', async () => {
  const { taken } = start();
  process.emit('SIGHUP', 'SIGHUP');
  await vi.waitFor(() => expect(taken).toHaveLength(1), 10_000);
});

test('a configuration with a mistake is refused, and the next good one is taken', async () => {
  const { taken, refused, watching } = start();
  writeFileSync(file, 'polcy: {}\n');
  await watching.reload();
  expect(taken).toEqual([]);
  expect(refused[0]).toBeInstanceOf(ConfigError);
  writeFileSync(file, 'policy:\n  default: {tag: 0.3}\n');
  await watching.reload();
  expect(taken[0]?.config.policy.default.tag).toBe(0.3);
});

test('what cannot be put to work is refused', async () => {
  const failure = new Error('a rule does not compile');
  const { taken, refused, watching } = start(() => Promise.reject(failure));
  await watching.reload();
  expect([taken, refused]).toEqual([[], [failure]]);
});

test('after close nothing is loaded', async () => {
  const { taken, watching } = start();
  await watching.close();
  await watching.reload();
  expect(taken).toEqual([]);
  expect(process.listenerCount('SIGHUP')).toBe(0);
});

test('what else changes in the folder of the file loads nothing', async () => {
  const { taken, refused } = start();
  writeFileSync(join(folder, 'state.sqlite'), 'busy');
  writeFileSync(file, 'policy:\n  default: {tag: 0.2}\n');
  await vi.waitFor(() => expect(taken).not.toEqual([]), 10_000);
  writeFileSync(join(folder, 'state.sqlite'), 'busier');
  await new Promise((resolve) => setTimeout(resolve, 3 * SETTLE_MS));
  expect([taken.length, refused]).toEqual([1, []]);
});

test('close waits for a load that is under way', async () => {
  const [begun, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const { taken, watching } = start(() => {
    begun.resolve();
    return gate.promise;
  });
  const loading = watching.reload();
  await begun.promise;
  let closed = false;
  const closing = watching.close().then(() => {
    closed = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(closed).toBe(false);
  gate.resolve();
  await Promise.all([loading, closing]);
  expect(taken).toHaveLength(1);
});
