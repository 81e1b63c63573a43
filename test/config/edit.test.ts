import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { EditRefused, editConfig, type KeyChange } from '../../src/config/edit.ts';
import { ConfigError, loadConfig } from '../../src/config/load.ts';

let folder = '';
let file = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'postern-edit-'));
  file = join(folder, 'postern.yaml');
});
afterEach(() => rmSync(folder, { recursive: true }));

const env = {};
const text = () => readFileSync(file, 'utf8');
const edit = (...changes: KeyChange[]) => editConfig(file, changes, { env });

test('a threshold changes and every other byte of the file stays, comments and odd layout included', async () => {
  const odd = `# ours\npolicy: # what to do\n    default:   {tag: 0.5,   quarantine:   0.70 }   # see the wiki\n\n\n    block: [ "a.example",\n      b.example ]\n`;
  writeFileSync(file, odd);
  const { before, after } = await edit({ path: ['policy', 'default', 'quarantine'], set: 0.8 });
  expect(text()).toBe(odd.replace('0.70', '0.8'));
  expect(before).toEqual([{ path: ['policy', 'default', 'quarantine'], written: true, value: 0.7 }]);
  expect(after[0]?.value).toBe(0.8);
});

test('the configuration that is shipped keeps all its lines but the changed ones', async () => {
  const shipped = readFileSync(fileURLToPath(new URL('../../config/postern.yaml', import.meta.url)), 'utf8');
  writeFileSync(file, shipped);
  await edit(
    { path: ['policy', 'default', 'reject'], set: 0.95 },
    { path: ['policy', 'block'], append: 'bad.example' },
    { path: ['policy', 'domains', 'example.com', 'quarantine'], set: 0.9 },
  );
  const lines = text().split('\n');
  const missing = shipped.split('\n').filter((line) => !lines.includes(line));
  expect(missing).toEqual(['    reject: null', '  domains: {}', '  block: []']);
  const { policy } = loadConfig(file, env).config;
  expect(policy.default).toEqual({ tag: 0.5, quarantine: 0.7, reject: 0.95 });
  expect(policy.domains).toEqual({ 'example.com': { quarantine: 0.9 } });
  expect(policy.block).toEqual(['bad.example']);
});

test('entries are added to a list and removed from it, once each, and the comments of the others stay', async () => {
  writeFileSync(file, 'policy:\n  block:\n    - a.example # rude\n    - b.example\n');
  await edit(
    { path: ['policy', 'block'], append: 'c.example' },
    { path: ['policy', 'block'], append: 'a.example' },
  );
  expect(text()).toBe('policy:\n  block:\n    - a.example # rude\n    - b.example\n    - c.example\n');
  await edit({ path: ['policy', 'block'], remove: 'b.example' });
  expect(text()).toBe('policy:\n  block:\n    - a.example # rude\n    - c.example\n');
});

test('a list that the file does not name keeps its default entries when one is added', async () => {
  writeFileSync(file, 'policy: {}\n');
  const { before } = await edit({ path: ['detect', 'rules'], append: 'rules' });
  expect(before).toEqual([{ path: ['detect', 'rules'], written: false, value: null }]);
  expect(loadConfig(file, env).config.detect.rules).toHaveLength(2);
});

test('a key that was not written goes again', async () => {
  const first = 'policy:\n  # mild\n  default:\n    tag: 0.4\n';
  writeFileSync(file, first);
  await edit({ path: ['policy', 'default', 'reject'], set: 0.9 });
  expect(text()).toBe(`${first}    reject: 0.9\n`);
  await edit({ path: ['policy', 'default', 'reject'], unset: true });
  expect(text()).toBe(first);
});

test('an empty file and an empty key take what is set below them', async () => {
  writeFileSync(file, '');
  await edit({ path: ['policy', 'default', 'tag'], set: 0.4 });
  expect(loadConfig(file, env).config.policy.default.tag).toBe(0.4);
  writeFileSync(file, 'policy:\n  default:\n');
  await edit({ path: ['policy', 'default', 'tag'], set: 0.3 });
  expect(loadConfig(file, env).config.policy.default.tag).toBe(0.3);
});

test('a configuration that would be wrong is never written, and the error names line and key', async () => {
  writeFileSync(file, 'policy:\n  default:\n    tag: 0.5\n');
  const wrong = edit({ path: ['policy', 'default', 'quarantine'], set: 0.2 });
  await expect(wrong).rejects.toThrow(ConfigError);
  await expect(wrong).rejects.toThrow(`${file}:2: policy.default: quarantine (0.2) is below tag (0.5)`);
  await expect(edit({ path: ['policy', 'default', 'tag'], set: 'high' })).rejects.toThrow(ConfigError);
  await expect(edit({ path: ['policy', 'nonsense'], set: 1 })).rejects.toThrow('unknown key');
  await expect(edit({ path: ['policy', 'block'], append: 'no domain' })).rejects.toThrow(ConfigError);
  expect(text()).toBe('policy:\n  default:\n    tag: 0.5\n');
});

test('a look of the caller at the new configuration can refuse it', async () => {
  writeFileSync(file, 'policy: {}\n');
  const check = () => {
    throw new Error('these rules do not load');
  };
  const change = { path: ['policy', 'default', 'tag'], set: 0.1 };
  await expect(editConfig(file, [change], { env, check })).rejects.toThrow('these rules do not load');
  expect(text()).toBe('policy: {}\n');
});

test('a variable that stands over the key, or over all of its part, refuses the change and is named', async () => {
  writeFileSync(file, 'policy: {}\n');
  const change = { path: ['policy', 'default', 'tag'], set: 0.1 };
  const over = (env: Record<string, string>) => editConfig(file, [change], { env });
  await expect(over({ POSTERN_POLICY__DEFAULT__TAG: '0.3' })).rejects.toThrow('POSTERN_POLICY__DEFAULT__TAG');
  await expect(over({ POSTERN_POLICY__DEFAULT: '{tag: 0.3}' })).rejects.toThrow(EditRefused);
  expect(text()).toBe('policy: {}\n');
  await over({ POSTERN_POLICY__DEFAULT__REJECT: '0.9' });
  expect(text()).not.toBe('policy: {}\n');
});

test('a file without a right to write is refused, with its name', async () => {
  writeFileSync(file, 'policy: {}\n');
  chmodSync(file, 0o444);
  const change = edit({ path: ['policy', 'default', 'tag'], set: 0.1 });
  await expect(change).rejects.toThrow(`${file}: is read-only`);
});

test('the mode of the file stays, a link stays a link, and nothing else is left in the folder', async () => {
  const target = join(folder, 'real.yaml');
  writeFileSync(target, 'policy: {}\n');
  chmodSync(target, 0o640);
  symlinkSync(target, file);
  await edit({ path: ['policy', 'default', 'tag'], set: 0.1 });
  expect(lstatSync(file).isSymbolicLink()).toBe(true);
  expect(statSync(target).mode & 0o777).toBe(0o640);
  expect(readFileSync(target, 'utf8')).toContain('tag: 0.1');
  expect(readdirSync(folder).toSorted()).toEqual(['postern.yaml', 'real.yaml']);
});

test('changes at the same time all come in', async () => {
  writeFileSync(file, 'policy:\n  block: []\n');
  const entries = Array.from({ length: 8 }, (_, at) => `n${at}.example`);
  await Promise.all(entries.map((append) => edit({ path: ['policy', 'block'], append })));
  expect(loadConfig(file, env).config.policy.block.toSorted()).toEqual(entries);
});

test('what is shared by an anchor is not changed behind the back of the other key', async () => {
  writeFileSync(file, 'policy:\n  default: &t\n    tag: 0.5\n  domains:\n    example.com: *t\n');
  await expect(edit({ path: ['policy', 'default', 'tag'], set: 0.1 })).rejects.toThrow(
    'shared with other keys',
  );
  await expect(edit({ path: ['policy', 'domains', 'example.com', 'tag'], set: 0.1 })).rejects.toThrow(
    'shared',
  );
});
