import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadLists } from '../../src/evidence/lists.ts';
import { postern } from './run.ts';

let folder: string;
let config: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'postern-lists-'));
  config = join(folder, 'postern.yaml');
  await writeFile(config, 'identity:\n  localLists: own\n');
});
afterEach(() => rm(folder, { recursive: true }));

const own = (name: string) => join(folder, 'own', name);
async function importing(content: string, ...args: string[]) {
  const file = join(folder, 'published.csv');
  await writeFile(file, content);
  return postern(['lists', 'import', file, '--config', config, ...args]);
}

describe('postern lists import', { timeout: 60_000 }, () => {
  it('makes a list that is used beside those that ship', async () => {
    const { code, stdout } = await importing('1,alder.example\n2,birch.example\n', '--as', 'popular');
    expect([code, stdout]).toEqual([0, `${own('popular.txt')}: 2 of 2 lines\n`]);
    const { popularity } = loadLists('config/lists', null, join(folder, 'own'));
    expect(popularity.among('www.birch.example')).toBe(1_000);
    expect(popularity.among('paypal.com')).not.toBeNull();
  });

  it('names wrong lines and takes the others', async () => {
    const good = Array.from({ length: 10 }, (_, at) => `d${at}.example`).join('\n');
    const { code, stderr, stdout } = await importing(`${good}\nno domain\n`, '--as', 'disposable');
    expect(stderr).toContain('published.csv:11: "no domain" is no domain');
    expect(stdout).toContain('10 of 11 lines');
    expect(code).toBe(0);
  });

  it('takes nothing of a file that is something else', async () => {
    const { code, stderr } = await importing('a.example\nno domain\nnor this\n', '--as', 'freemail');
    expect(stderr).toContain('2 of 3 lines are wrong; nothing is imported');
    expect(code).toBe(2);
    await expect(readFile(own('freemail.txt'))).rejects.toThrow('ENOENT');
  });

  it('replaces what it imported, and what a person wrote only by force', async () => {
    expect((await importing('a.example\n', '--as', 'shorteners')).code).toBe(0);
    expect((await importing('b.example\n', '--as', 'shorteners')).code).toBe(0);
    expect(await readFile(own('shorteners.txt'), 'utf8')).toMatch(/^# Imported .*\nb\.example\n$/);
    await writeFile(own('shorteners.txt'), '# ours\nmine.example\n');
    const refused = await importing('c.example\n', '--as', 'shorteners');
    expect(refused.stderr).toContain('was not imported; --force replaces it');
    expect(refused.code).toBe(2);
    expect(await readFile(own('shorteners.txt'), 'utf8')).toContain('mine.example');
    expect((await importing('c.example\n', '--as', 'shorteners', '--force')).code).toBe(0);
    expect(await readFile(own('shorteners.txt'), 'utf8')).toContain('c.example');
  });

  it('keeps the best known', async () => {
    await importing('1,a.example\n2,b.example\n3,c.example\n', '--as', 'popular', '--top', '2');
    expect(await readFile(own('popular.txt'), 'utf8')).toMatch(/\n1,a\.example\n2,b\.example\n$/);
  });

  it('says what is missing', async () => {
    const missing = await postern([
      'lists',
      'import',
      join(folder, 'none'),
      '--as',
      'popular',
      '--config',
      config,
    ]);
    expect(missing.stderr).toContain('none: cannot be read');
    expect(missing.code).toBe(2);
    await writeFile(config, 'identity: {}\n');
    const unset = await importing('a.example\n', '--as', 'popular');
    expect(unset.stderr).toContain('identity.localLists is not set');
    expect(unset.code).toBe(2);
    const wrong = await importing('a.example\n', '--as', 'friends');
    expect(wrong.stderr).toContain('Allowed choices are popular, freemail');
    expect(wrong.code).toBe(2);
  });
});
