import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Config } from '../../../src/config/schema.ts';
import { replay } from '../../../src/lab/replay/replay.ts';
import { type RealLedger, realLedger } from './real-ledger.ts';

let real: RealLedger;
let paths: { readonly ledger: string; readonly rescore: string };

beforeAll(async () => {
  real = await realLedger((same) => same, 2);
  paths = { ledger: join(real.folder, 'ledger'), rescore: join(real.folder, 'mail') };
});
afterAll(() => real.remove());

describe('replay from raw mail', () => {
  it('gives every verdict and score again with the configuration that decided: memory and DNS as they were then', async () => {
    const half = real.records.length / 2;
    const remembered = (i: number) => JSON.stringify(real.records[i]?.evidence.reputation);
    expect(remembered(half)).not.toBe(remembered(0));
    const summary = await replay({ ...paths, with: real.config, current: real.config });
    expect(summary.notReplayed.reasons).toEqual([]);
    expect(summary).toMatchObject({
      kind: 'rescore',
      replayed: real.records.length,
      changed: 0,
      rescored: 0,
    });
    expect(summary.verified).toEqual({ decisions: real.records.length, same: real.records.length });
  });

  it('remembers what came before the time asked for', async () => {
    const since = new Date(real.records[40]?.at ?? '');
    const summary = await replay({ ...paths, since, with: real.config, current: real.config });
    expect(summary.decisions).toBe(real.records.length - 40);
    expect(summary.verified?.same).toBe(summary.decisions);
  });

  it('judges without the model as a gate without it', async () => {
    const without = (config: Config): Config => ({ ...config, detect: { ...config.detect, model: null } });
    const summary = await replay({ ...paths, with: without(real.config), current: real.config });
    expect(summary.replayed).toBe(real.records.length);
    expect(summary.changed).toBeGreaterThan(0);
    expect(summary.changes[0]?.why.join()).toMatch(/model:\S+ no longer found/);
    const again = await replay({ ...paths, with: without(real.config), current: real.config });
    expect(JSON.stringify(again)).toBe(JSON.stringify(summary));
  });

  it('names decisions whose mail is gone', async () => {
    const [gone] = real.records;
    await rm(join(paths.rescore, `${gone?.id}.eml`));
    const summary = await replay({ ...paths, with: real.config, current: real.config });
    expect(summary.notReplayed.reasons).toEqual([{ reason: 'there is no raw mail of it', count: 1 }]);
    expect(summary.notReplayed.decisions.map(({ id }) => id)).toEqual([gone?.id]);
    expect(summary.replayed).toBe(real.records.length - 1);
  });
});
