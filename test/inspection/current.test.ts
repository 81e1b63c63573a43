import { expect, it } from 'vitest';
import { Current } from '../../src/inspection/current.ts';

/** Nothing but a close that is counted. */
function closable() {
  const it = { closed: 0, close: async () => void it.closed++ };
  return it;
}

it('closes what was replaced when nobody uses it', async () => {
  const [old, next] = [closable(), closable()];
  const current = new Current(old);
  await current.replace(next);
  expect([old.closed, next.closed]).toEqual([1, 0]);
});

it('keeps what was replaced open until its last use ends, and closes it once', async () => {
  const [old, next] = [closable(), closable()];
  const current = new Current(old);
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

it('counts a use that fails as ended', async () => {
  const old = closable();
  const current = new Current(old);
  await expect(current.use(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  await current.replace(closable());
  expect(old.closed).toBe(1);
});

it('gives what comes after a replacement the new one', async () => {
  const [old, next] = [closable(), closable()];
  const current = new Current(old);
  await current.replace(next);
  expect(await current.use(async (used) => used)).toBe(next);
});
