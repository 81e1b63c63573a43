import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';
import { giveFolders, prepareFolders, stateFolders } from '../../src/process/folders.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'postern-folders-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function folder(name: string, mode: number): string {
  const path = join(root, name);
  mkdirSync(path);
  chmodSync(path, mode);
  return path;
}

const modeOf = (path: string) => statSync(path).mode & 0o7777;

test('everything that holds mail, addresses or decisions is looked at', () => {
  expect(stateFolders(configSchema.parse({}))).toEqual(['var/spool', 'var/quarantine', 'var', 'var/ledger']);
});

describe('folders of mail', () => {
  test('that are missing are made for us alone', () => {
    expect(prepareFolders([join(root, 'var/spool')])).toEqual([]);
    expect([modeOf(join(root, 'var')), modeOf(join(root, 'var/spool'))]).toEqual([0o700, 0o700]);
  });

  test.each(['700', '710', '750'])('of mode %s are taken without a word', (mode) => {
    expect(prepareFolders([folder('spool', Number.parseInt(mode, 8))])).toEqual([]);
  });

  test.each(['777', '702', '1777'])('of mode %s are refused: others could replace mail', (mode) => {
    const path = folder('spool', Number.parseInt(mode, 8));
    expect(() => prepareFolders([path])).toThrow(`${path}: everybody may write in it`);
  });

  test('below a folder in which everybody may rename are refused', () => {
    const open = folder('open', 0o777);
    expect(() => prepareFolders([join(open, 'spool')])).toThrow(`everybody may write in ${open}`);
  });

  test('below a sticky folder, as /tmp is, are taken', () => {
    expect(prepareFolders([join(folder('tmp', 0o1777), 'spool')])).toEqual([]);
  });

  test.each([
    ['770', 'its group may write in it (mode 0770)'],
    ['755', 'everybody may look into it (mode 0755)'],
    ['705', 'everybody may look into it (mode 0705)'],
  ])('of mode %s are taken with a warning', (mode, words) => {
    expect(prepareFolders([folder('spool', Number.parseInt(mode, 8))])).toEqual([
      expect.stringContaining(words),
    ]);
  });
});

describe.skipIf(process.getuid?.() !== 0)('as root', () => {
  const owner = { name: 'nobody', uid: 65_534, gid: 65_534, isListed: true };

  test('a missing folder is given to the user', () => {
    giveFolders([join(root, 'var/spool')], owner);
    const { uid, gid } = statSync(join(root, 'var'));
    expect({ uid, gid }).toEqual({ uid: 65_534, gid: 65_534 });
  });

  test('nothing is given below a folder that others can change', () => {
    giveFolders([join(folder('open', 0o777), 'spool')], owner);
    expect(() => statSync(join(root, 'open/spool'))).toThrow('ENOENT');
  });

  test('what is there keeps its owner', () => {
    giveFolders([folder('spool', 0o700)], owner);
    expect(statSync(join(root, 'spool')).uid).toBe(0);
  });
});
