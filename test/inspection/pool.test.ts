import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Death } from '../../src/inspection/lane.ts';
import { Pool } from '../../src/inspection/pool.ts';
import { mailOf } from '../evidence/message-factory.ts';
import { configOf, type FakeVessel, fakeVessels } from './fake-vessel.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const settled = () => vi.advanceTimersByTimeAsync(0);

/** A pool whose first worker is ready. */
async function poolOf(workers: number, messagesPerWorker = 2) {
  const { open, made } = fakeVessels();
  const deaths: Death[] = [];
  const config = configOf({ messagesPerWorker });
  const opening = Pool.open({ config, workers, memory: null, open, onDeath: (death) => deaths.push(death) });
  made[0]?.ready();
  const { pool, readiness } = await opening;
  return { pool, readiness, made, deaths };
}

const vesselAt = (made: readonly FakeVessel[], place: number) => made[place] as FakeVessel;

describe('workers that share the mail', () => {
  it('begin when the first is ready; the others join', async () => {
    const { pool, readiness, made } = await poolOf(2);
    expect(readiness.model).toBe('model@1');
    expect(pool.workers).toEqual({ ready: 1, busy: 0 });
    vesselAt(made, 1).ready();
    expect(pool.workers).toEqual({ ready: 2, busy: 0 });
  });

  it('are refused, with the reason, and leave nothing running, where none can start', async () => {
    const { open, made } = fakeVessels();
    const opening = Pool.open({ config: configOf(), workers: 2, memory: null, open, onDeath: () => {} });
    for (const vessel of made) vessel.crash('no such list');
    await expect(opening).rejects.toThrow('no such list');
    await vi.advanceTimersByTimeAsync(120_000);
    expect(made).toHaveLength(2);
  });

  it('get the mail by turns, and no more than they may have', async () => {
    const { pool, made } = await poolOf(2);
    vesselAt(made, 1).ready();
    for (let i = 0; i < 5; i += 1) void pool.run(mailOf({}));
    await settled();
    expect(made.map(({ jobs }) => jobs.length)).toEqual([2, 2]);
    vesselAt(made, 1).fail(0);
    await settled();
    expect(made.map(({ jobs }) => jobs.length)).toEqual([2, 3]);
  });

  it('F6 are replaced: what was inside is answered, what waited goes to the next', async () => {
    const { pool, made, deaths } = await poolOf(1, 1);
    const inside = pool.run(mailOf({}));
    const waiting = pool.run(mailOf({}));
    await settled();
    vesselAt(made, 0).crash();
    expect(await inside).toMatchObject({ kind: 'died' });
    expect(deaths).toMatchObject([{ reason: 'crash', messages: 1 }]);
    vesselAt(made, 1).ready();
    await settled();
    vesselAt(made, 1).fail(0, 'went on');
    expect(await waiting).toMatchObject({ kind: 'failed', detail: 'went on' });
  });

  it('do not keep a message waiting for longer than one may take', async () => {
    const { pool, made } = await poolOf(1, 1);
    void pool.run(mailOf({}));
    const waiting = pool.run(mailOf({}));
    await settled();
    vesselAt(made, 0).crash();
    await vi.advanceTimersByTimeAsync(configOf().inspection.messageTimeoutMs);
    expect(await waiting).toMatchObject({ kind: 'failed', step: null });
    vesselAt(made, 1).ready();
    await settled();
    expect(vesselAt(made, 1).jobs).toEqual([]);
  });

  it('are started ever more slowly where they do not get ready', async () => {
    const { made } = await poolOf(1);
    vesselAt(made, 0).crash();
    await settled();
    expect(made).toHaveLength(2);
    for (const [place, ms] of [500, 1_000, 2_000].entries()) {
      vesselAt(made, place + 1).crash();
      await vi.advanceTimersByTimeAsync(ms - 1);
      expect(made).toHaveLength(place + 2);
      await vi.advanceTimersByTimeAsync(1);
      expect(made).toHaveLength(place + 3);
    }
    vesselAt(made, 4).ready();
    await settled();
    vesselAt(made, 4).crash();
    await settled();
    expect(made).toHaveLength(6);
  });

  it('answer what still waits when they are closed, and are not replaced any more', async () => {
    const { pool, made } = await poolOf(1, 1);
    const answers = [pool.run(mailOf({})), pool.run(mailOf({}))];
    await settled();
    await pool.close();
    for (const answer of answers) expect(await answer).toMatchObject({ kind: 'failed', step: null });
    expect(vesselAt(made, 0).isKilled).toBe(true);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(made).toHaveLength(1);
  });
});
