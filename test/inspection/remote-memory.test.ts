import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ANSWER_MS, RemoteMemory } from '../../src/inspection/remote-memory.ts';
import type { FromWorker } from '../../src/inspection/wire.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const AT = new Date(0);

it('gives the gate’s answer to the lookup that asked', async () => {
  const posted: FromWorker[] = [];
  const memory = new RemoteMemory((message) => posted.push(message));
  const [first, second] = [memory.lookup(['domain:a.example'], AT), memory.lookup(['domain:b.example'], AT)];
  expect(posted).toMatchObject([
    { kind: 'lookup', keys: ['domain:a.example'] },
    { kind: 'lookup', keys: ['domain:b.example'] },
  ]);
  const [one, other] = [new Map(), new Map()];
  memory.answer(1, { standings: other });
  memory.answer(0, { standings: one });
  expect(await first).toBe(one);
  expect(await second).toBe(other);
});

it('fails as the memory of the gate failed', async () => {
  const memory = new RemoteMemory(() => undefined);
  const asked = memory.lookup([], AT);
  memory.answer(0, { reason: 'unavailable', detail: 'closed' });
  await expect(asked).rejects.toMatchObject({ reason: 'unavailable', message: 'closed' });
});

it('fails when no answer comes in time, and takes none that comes too late', async () => {
  const memory = new RemoteMemory(() => undefined);
  const asked = memory.lookup([], AT);
  const failed = expect(asked).rejects.toMatchObject({ name: 'EvidenceFailure', reason: 'timedOut' });
  await vi.advanceTimersByTimeAsync(ANSWER_MS);
  await failed;
  memory.answer(0, { standings: new Map() });
});
