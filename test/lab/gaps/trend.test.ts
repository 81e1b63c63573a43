import { expect, test } from 'vitest';
import { MOST_DAYS, trendOf } from '../../../src/lab/gaps/trend.ts';

const on = (...days: number[]) =>
  days.map((day) => ({ at: new Date(Date.UTC(2026, 0, day, 23, 59)).toISOString() }));

test('days without messages are counted, and messages without a time are not', () => {
  const { perDay } = trendOf([...on(1, 3, 3), { at: null }]);
  expect(perDay).toEqual([
    { day: '2026-01-01', messages: 1 },
    { day: '2026-01-02', messages: 0 },
    { day: '2026-01-03', messages: 2 },
  ]);
});

test('growing, falling and steady are told apart; two days are no trend', () => {
  expect(trendOf(on(1, 2, 2, 3, 3, 3))).toMatchObject({ slope: 1, direction: 'growing' });
  expect(trendOf(on(1, 1, 1, 2, 2, 3)).direction).toBe('falling');
  expect(trendOf(on(1, 2, 3)).direction).toBe('steady');
  expect(trendOf(on(1, 2, 2, 2)).direction).toBe('too short to say');
  expect(trendOf([{ at: null }])).toEqual({ perDay: [], slope: 0, direction: 'too short to say' });
});

test('a message of a wrong clock does not make a list without end', () => {
  const edge = (days: number) => trendOf([...on(1), ...on(days)]).perDay.length;
  expect([MOST_DAYS - 1, MOST_DAYS, MOST_DAYS + 1].map(edge)).toEqual([MOST_DAYS - 1, MOST_DAYS, MOST_DAYS]);
});
