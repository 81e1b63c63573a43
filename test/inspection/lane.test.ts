import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EvidenceFailure } from '../../src/evidence/evidence.ts';
import { Lane } from '../../src/inspection/lane.ts';
import type { Reputation } from '../../src/reputation/reputation.ts';
import { mailOf } from '../evidence/message-factory.ts';
import { configOf, type FakeVessel, fakeVessels } from './fake-vessel.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const STALL_MS = 1_000;
const TIMEOUT_MS = 5_000;

function laneOf(memory: Pick<Reputation, 'lookup'> | null = null): { lane: Lane; vessel: FakeVessel } {
  const { open, made } = fakeVessels();
  const config = configOf({ stallMs: STALL_MS, messageTimeoutMs: TIMEOUT_MS });
  const lane = new Lane({ config, memory, open });
  return { lane, vessel: made[0] as FakeVessel };
}

describe('a worker from the outside', () => {
  it('is ready when the worker says so', async () => {
    const { lane, vessel } = laneOf();
    expect(lane.isReady).toBe(false);
    vessel.ready();
    expect(await lane.ready).toEqual({ model: 'model@1', degraded: null });
    expect(lane.isReady).toBe(true);
  });

  it('is not ready, with the reason, where the worker ends before', async () => {
    const { lane, vessel } = laneOf();
    vessel.crash('no such model');
    await expect(lane.ready).rejects.toThrow('no such model');
    expect(await lane.died).toMatchObject({ reason: 'crash', wasReady: false, messages: 0 });
  });

  it('is given up where the worker neither starts nor ends', async () => {
    const { lane, vessel } = laneOf();
    await vi.advanceTimersByTimeAsync(60_000);
    await expect(lane.ready).rejects.toThrow('not ready');
    expect(vessel.isKilled).toBe(true);
  });

  it('answers each message by its number', async () => {
    const { lane, vessel } = laneOf();
    vessel.ready();
    const [first, second] = [lane.run(mailOf({})), lane.run(mailOf({}))];
    await vi.advanceTimersByTimeAsync(0);
    vessel.fail(vessel.jobs[1] as number, 'second');
    vessel.fail(vessel.jobs[0] as number, 'first');
    expect([await first, await second]).toMatchObject([{ detail: 'first' }, { detail: 'second' }]);
    expect(lane.busy).toBe(0);
  });

  it('answers all messages inside when the worker ends', async () => {
    const { lane, vessel } = laneOf();
    vessel.ready();
    const running = [lane.run(mailOf({})), lane.run(mailOf({}))];
    await vi.advanceTimersByTimeAsync(0);
    vessel.handlers.onMessage({ kind: 'step', step: 'model' });
    vessel.crash();
    for (const answer of running)
      expect(await answer).toMatchObject({ kind: 'died', reason: 'crash', step: 'model', messages: 2 });
    expect(lane.isReady).toBe(false);
  });

  it('F6 ends a worker that shows no sign of life while it has messages', async () => {
    const { lane, vessel } = laneOf();
    vessel.ready();
    const answer = lane.run(mailOf({}));
    await vi.advanceTimersByTimeAsync(STALL_MS - 1);
    expect(vessel.isKilled).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(vessel.isKilled).toBe(true);
    expect(await answer).toMatchObject({ kind: 'died', reason: 'hang' });
  });

  it('lets a worker live that shows signs of life, or has nothing to do', async () => {
    const { lane, vessel } = laneOf();
    vessel.ready();
    await vi.advanceTimersByTimeAsync(10 * STALL_MS);
    void lane.run(mailOf({}));
    for (let passed = 0; passed < TIMEOUT_MS - STALL_MS; passed += STALL_MS / 2) {
      vessel.pulse += 1;
      await vi.advanceTimersByTimeAsync(STALL_MS / 2);
    }
    expect(vessel.isKilled).toBe(false);
  });

  it('F6 ends a worker that lives, and does not come to an end with a message', async () => {
    const { lane, vessel } = laneOf();
    vessel.ready();
    const answer = lane.run(mailOf({}));
    for (let passed = 0; passed < TIMEOUT_MS; passed += STALL_MS / 2) {
      expect(vessel.isKilled).toBe(false);
      vessel.pulse += 1;
      await vi.advanceTimersByTimeAsync(STALL_MS / 2);
    }
    expect(await answer).toMatchObject({ kind: 'died', reason: 'timeout' });
    expect(vessel.isKilled).toBe(true);
  });

  it('answers `failed` without a step where the content cannot be read', async () => {
    const { lane, vessel } = laneOf();
    vessel.ready();
    const content = { size: 1, stream: () => expect.fail(), head: () => Promise.reject(new Error('EIO')) };
    expect(await lane.run(mailOf({ content }))).toMatchObject({ kind: 'failed', step: null, detail: 'EIO' });
    expect(lane.busy).toBe(0);
  });

  it('asks the memory for the worker, and passes its failures on', async () => {
    const at = new Date(0);
    const lookup = vi
      .fn<Reputation['lookup']>()
      .mockResolvedValueOnce(new Map())
      .mockRejectedValueOnce(new EvidenceFailure('timedOut', 'too slow'))
      .mockRejectedValueOnce(new Error('broken'));
    const { vessel } = laneOf({ lookup });
    vessel.ready();
    for (const number of [7, 8, 9]) {
      vessel.handlers.onMessage({ kind: 'lookup', lookup: number, keys: ['domain:alder.example'], at });
      await vi.advanceTimersByTimeAsync(0);
    }
    expect(lookup).toHaveBeenCalledWith(['domain:alder.example'], at);
    expect(vessel.received).toEqual([
      { kind: 'standings', lookup: 7, answer: { standings: new Map() } },
      { kind: 'standings', lookup: 8, answer: { reason: 'timedOut', detail: 'too slow' } },
      { kind: 'standings', lookup: 9, answer: { reason: 'error', detail: 'broken' } },
    ]);
  });
});
