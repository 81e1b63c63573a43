import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { type RealLedger, realLedger } from '../lab/replay/real-ledger.ts';
import { postern } from './run.ts';

let real: RealLedger;
let paths: { readonly current: string; readonly other: string };

beforeAll(async () => {
  real = await realLedger();
  paths = { current: join(real.folder, 'current.yaml'), other: join(real.folder, 'other.yaml') };
  const { identity, detect, policy } = real.config;
  const config = { identity, detect, policy, ledger: { directory: join(real.folder, 'ledger') } };
  await writeFile(paths.current, stringify(config));
  const stricter = { ...policy, default: { tag: 0.2, quarantine: 0.95, reject: null } };
  await writeFile(paths.other, stringify({ ...config, policy: stricter }));
});
afterAll(() => real.remove());

describe('postern replay', () => {
  it('tells moves and messages, the same bytes each time', async () => {
    const args = ['replay', '-c', paths.current, '--with', paths.other];
    const first = await postern(args);
    expect(first.code).toBe(0);
    const { length } = real.records;
    expect(first.stdout).toMatch(`${length} of ${length} decisions replayed`);
    expect(first.stdout).toMatch(
      `the current configuration makes ${length} of ${length} decisions as they were made`,
    );
    expect(first.stdout).toMatch(/quarantine → tag +0\.\d{3} .* is below quarantine at 0\.95, by default/);
    expect((await postern(args)).stdout).toBe(first.stdout);
    const json = JSON.parse((await postern([...args, '--json', '--list', '1'])).stdout);
    expect(json.changes).toHaveLength(1);
    expect(json.changed).toBeGreaterThan(1);
  });

  it('refuses a time that is none, a ledger that is not there, and a time without decisions', async () => {
    const ask = (...args: string[]) => postern(['replay', '-c', paths.current, ...args]);
    expect((await ask('--since', 'yesterday')).code).toBe(2);
    expect((await ask('--ledger', join(real.folder, 'none'))).code).toBe(2);
    const empty = await ask('--since', '2027-01-01');
    expect(empty.code).toBe(2);
    expect(empty.stderr).toMatch('has no decision of that time');
  });

  it('refuses another model where there is no raw mail', async () => {
    const { code, stderr } = await postern(['replay', '-c', paths.current, '--model', real.folder]);
    expect(code).toBe(2);
    expect(stderr).toMatch('--rescore MAILDIR');
  });
});
