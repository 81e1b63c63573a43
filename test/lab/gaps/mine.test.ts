import { expect, test } from 'vitest';
import { type Bits, bitsAt } from '../../../src/lab/gaps/bits.ts';
import { type MineInput, MOST_CONDITIONS, mine } from '../../../src/lab/gaps/mine.ts';

const LENGTH = 70;
const at = (...places: number[]) => bitsAt(LENGTH, places);
const GROUP = [0, 1, 2, 3];

function mined(conditions: readonly Bits[], more: Partial<MineInput> = {}) {
  return mine({
    conditions,
    wanted: at(...GROUP),
    others: at(40, 41, 42, 43, 44, 45, 64, 65),
    alike: at(),
    wantedCount: GROUP.length,
    costs: conditions.map(() => 0),
    oneOf: null,
    ...more,
  });
}

test('bits of different words are counted together, and only where both say yes', () => {
  expect(at(0, 31, 32, 63, 64, 69).countWith(at(0, 31, 32, 63, 64, 68))).toBe(5);
  expect(at(31, 32).and(at(32, 33)).key).toBe(at(32).key);
  expect([30, 31, 32].map((place) => at(31).has(place))).toEqual([false, true, false]);
});

test('the conjunction that hits the group and nothing else wins over each of its conditions', () => {
  const [best] = mined([at(0, 1, 2, 3, 40, 41), at(0, 1, 2, 3, 42, 65), at(0, 1, 2, 3, 40, 42)]);
  expect(best).toMatchObject({ parts: [0, 1], hits: 4, wrong: 0 });
});

test('precision goes before support, support before cost', () => {
  expect(mined([at(0, 1, 2, 3, 40), at(0, 1)])[0]?.parts).toEqual([1]);
  expect(mined([at(0, 1), at(0, 1, 2)], { costs: [0, 9] })[0]?.parts).toEqual([1]);
  expect(mined([at(0, 1), at(0, 1)], { costs: [3, 2] })[0]?.parts).toEqual([1]);
});

test('of equals the one that hits what looks like the group is taken', () => {
  expect(mined([at(0, 1), at(0, 1, 50)], { alike: at(50) })[0]?.parts).toEqual([1]);
});

test('what holds for less than half of the group is no rule for it', () => {
  expect(mined([at(0)])).toEqual([]);
  expect(mined([at(0, 1)])).toHaveLength(1);
});

test('no conjunction has more than three conditions, nor one that changes nothing', () => {
  const each = [40, 41, 42, 43].map((left) =>
    at(...GROUP, ...[40, 41, 42, 43].filter((other) => other !== left)),
  );
  const found = mined(each);
  expect(Math.max(...found.map(({ parts }) => parts.length))).toBe(MOST_CONDITIONS);
  expect(found[0]).toMatchObject({ wrong: 1 });
  expect(mined([at(...GROUP, 40), at(...GROUP, 40, 41)]).map(({ parts }) => parts)).toEqual([[0], [1]]);
});

test('where one of some conditions is asked for, every conjunction has one, though it is right without', () => {
  const found = mined([at(...GROUP), at(...GROUP, 40)], { oneOf: new Set([1]) });
  expect(found.map(({ parts }) => parts)).toEqual([[0, 1], [1]]);
});
