import { expect, it } from 'vitest';
import { CurrentInstruments } from '../../src/service/current-instruments.ts';
import type { OpenInstruments } from '../../src/service/instruments.ts';

/** Nothing but a close that is counted: what instruments are made of is not the question here. */
function instruments(): OpenInstruments & { closed: number } {
  const it = { closed: 0, close: async () => void it.closed++ };
  return it as unknown as OpenInstruments & { closed: number };
}

it('closes replaced instruments when nobody uses them', async () => {
  const [old, next] = [instruments(), instruments()];
  const current = new CurrentInstruments(old);
  await current.replace(next);
  expect([old.closed, next.closed]).toEqual([1, 0]);
});

it('keeps replaced instruments open until the last inspection with them ends, and closes them once', async () => {
  const [old, next] = [instruments(), instruments()];
  const current = new CurrentInstruments(old);
  const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const uses = [current.use(() => first.promise), current.use(() => second.promise)];
  await current.replace(next);
  first.resolve();
  await uses[0];
  expect(old.closed).toBe(0);
  second.resolve();
  await uses[1];
  expect([old.closed, next.closed]).toEqual([1, 0]);
});

it('counts an inspection that fails as ended', async () => {
  const old = instruments();
  const current = new CurrentInstruments(old);
  await expect(current.use(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  await current.replace(instruments());
  expect(old.closed).toBe(1);
});

it('gives what comes after a replacement the new instruments', async () => {
  const [old, next] = [instruments(), instruments()];
  const current = new CurrentInstruments(old);
  await current.replace(next);
  expect(await current.use(async (used) => used)).toBe(next);
});
