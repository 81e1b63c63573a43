import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { postern } from './run.ts';

const TEXT = '# ours\npolicy:\n  default:\n    quarantine: 0.7 # agreed\n';
let folder = '';
let file = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'postern-configure-'));
  file = join(folder, 'postern.yaml');
  writeFileSync(file, TEXT);
});
afterAll(() => rmSync(folder, { recursive: true }));

function configure(...args: string[]) {
  return postern(['configure', ...args, '--config', file], { cwd: folder });
}

test('a key is changed with its record, --undo brings it back, once', async () => {
  const made = await configure('policy.default.quarantine', '0.8', '--reason', 'too much', '--json');
  expect(made.code).toBe(0);
  const record = JSON.parse(made.stdout);
  expect(record).toMatchObject({ action: 'configure', before: '0.7', after: '0.8', reason: 'too much' });
  expect(readFileSync(file, 'utf8')).toBe(TEXT.replace('0.7', '0.8'));
  const undone = await configure('--undo');
  expect(undone.stdout).toBe('config:policy.default.quarantine: 0.8 → 0.7\n');
  expect(readFileSync(file, 'utf8')).toBe(TEXT);
  const again = await configure('--undo', record.id);
  expect(again.code).not.toBe(0);
  expect(again.stderr).toContain('was changed since');
}, 60_000);

test('a wrong value is refused with its line, and nothing is written', async () => {
  const { code, stderr } = await configure('policy.default.quarantine', '7');
  expect(code).not.toBe(0);
  expect(stderr).toContain('policy.default.quarantine');
  expect(readFileSync(file, 'utf8')).toBe(TEXT);
}, 60_000);

test('the last key of a domain that is taken back takes the domain with it', async () => {
  await configure('policy.domains["north.example"].tag', '0.4');
  expect(readFileSync(file, 'utf8')).toContain('north.example');
  await configure('--undo');
  expect(readFileSync(file, 'utf8')).not.toContain('north.example');
}, 60_000);
