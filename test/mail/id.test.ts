import { expect, test } from 'vitest';
import { isMailId, newMailId } from '../../src/mail/id.ts';

test('an id is one that isMailId knows, whatever the time', () => {
  for (const now of [0, 1, Date.now(), 2 ** 48 - 1]) expect(isMailId(newMailId(now))).toBe(true);
});

test('ids of later milliseconds sort after those of earlier ones', () => {
  const times = [0, 1, 31, 32, 1_000_000_007, 1_700_000_000_000, 1_700_000_000_001, 2 ** 48 - 1];
  const ids = times.map((time) => newMailId(time));
  expect([...ids].sort()).toEqual(ids);
});

test('ids of one millisecond differ', () => {
  expect(new Set(Array.from({ length: 1000 }, () => newMailId(5))).size).toBe(1000);
});

test.each([
  '',
  '../../../etc/passwd',
  'a'.repeat(23),
  '8'.repeat(23),
  `${newMailId()}\n`,
  newMailId().slice(1),
])('C3 %j is no id', (text) => {
  expect(isMailId(text)).toBe(false);
});
