import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Counters,
  countersOf,
  type HalfLives,
  LASTING,
  merge,
  standingOf,
  withHalfLives,
} from '../../src/reputation/fold.ts';
import type { Observation, Standing } from '../../src/reputation/reputation.ts';

const DAY_MS = 86_400_000;
const HALF_LIFE_MS = 30 * DAY_MS;
const HALF_LIVES: HalfLives = { lastingMs: HALF_LIFE_MS, burstMs: 600_000 };
const SHORTER: HalfLives = { lastingMs: 7 * DAY_MS, burstMs: 60_000 };
const START = Date.UTC(2020, 0, 1);

const times = fc.integer({ min: START, max: START + 20 * 365 * DAY_MS });
const observations = fc.oneof(
  fc.record({
    kind: fc.constant('decision' as const),
    at: times.map((at) => new Date(at)),
    keys: fc.constant([]),
    verdict: fc.constantFrom('accept' as const, 'tag' as const, 'quarantine' as const, 'reject' as const),
    recipients: fc.integer({ min: 1, max: 1000 }),
  }),
  fc.record({
    kind: fc.constant('feedback' as const),
    at: times.map((at) => new Date(at)),
    keys: fc.constant([]),
    bad: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('outbound' as const),
    at: times.map((at) => new Date(at)),
    keys: fc.constant([]),
  }),
);

function folded(list: readonly Observation[]): Counters {
  const counters = list.map((one) => countersOf(one, HALF_LIVES)).filter((one) => one !== null);
  return counters.reduce(merge);
}

function expectSame(a: Standing, b: Standing): void {
  expect(a.firstSeen).toBe(b.firstSeen);
  expect(a.lastSeen).toBe(b.lastSeen);
  for (const name of [...LASTING, 'recent'] as const) {
    expect(Math.abs(a[name] - b[name])).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(b[name])));
  }
}

describe('forward decay', () => {
  test('any order and any grouping of the observations gives the same standing', () => {
    fc.assert(
      fc.property(fc.array(observations, { minLength: 2, maxLength: 30 }), fc.nat(), (list, cut) => {
        const at = new Date(Math.max(...list.map((one) => one.at.getTime())));
        const split = 1 + (cut % (list.length - 1));
        const inParts = merge(folded(list.slice(split).reverse()), folded(list.slice(0, split)));
        expectSame(standingOf(inParts, at, HALF_LIVES), standingOf(folded(list), at, HALF_LIVES));
      }),
    );
  });

  test('the standing is the sum of every event with its own age', () => {
    fc.assert(
      fc.property(fc.array(observations, { minLength: 1, maxLength: 30 }), fc.nat(400), (list, daysLater) => {
        const at = Math.max(...list.map((one) => one.at.getTime())) + daysLater * DAY_MS;
        const expected = list
          .filter((one) => one.kind === 'decision')
          .reduce((sum, one) => sum + 2 ** -((at - one.at.getTime()) / HALF_LIFE_MS), 0);
        const { messages } = standingOf(folded(list), new Date(at), HALF_LIVES);
        expect(Math.abs(messages - expected)).toBeLessThan(1e-9);
      }),
    );
  });

  test('a count halves with every half-life', () => {
    const seen = folded([
      { kind: 'decision', at: new Date(START), keys: [], verdict: 'accept', recipients: 1 },
    ]);
    const halves = [0, 1, 2, 10].map(
      (n) => standingOf(seen, new Date(START + n * HALF_LIFE_MS), HALF_LIVES).messages,
    );
    expect(halves).toEqual([1, 0.5, 0.25, 2 ** -10].map((value) => expect.closeTo(value, 12)));
  });

  test('weights stay finite over a thousand eras', () => {
    const late = {
      kind: 'decision',
      at: new Date(8.64e15),
      keys: [],
      verdict: 'quarantine',
      recipients: 1,
    } as const;
    const early = { ...late, at: new Date(0) };
    const both = merge(folded([early]), folded([late]));
    expect(standingOf(both, late.at, HALF_LIVES)).toMatchObject({ held: expect.closeTo(1), firstSeen: 0 });
  });

  test('F7 a clock that was set back does not inflate counts', () => {
    const seen = folded([
      { kind: 'decision', at: new Date(START), keys: [], verdict: 'accept', recipients: 1 },
    ]);
    expect(standingOf(seen, new Date(START - 300 * DAY_MS), HALF_LIVES).messages).toBe(1);
  });

  test.each([
    ['accept', { messages: 1, held: 0, refused: 0 }],
    ['tag', { messages: 1, held: 0, refused: 0 }],
    ['quarantine', { messages: 1, held: 1, refused: 0 }],
    ['reject', { messages: 1, held: 0, refused: 1 }],
  ] as const)('%s counts as it was decided', (verdict, expected) => {
    const at = new Date(START);
    expect(
      standingOf(folded([{ kind: 'decision', at, keys: [], verdict, recipients: 1 }]), at, HALF_LIVES),
    ).toMatchObject({
      messages: expect.closeTo(expected.messages),
      held: expect.closeTo(expected.held),
      refused: expect.closeTo(expected.refused),
    });
  });

  test('a deferred message and a time that is none count for nothing', () => {
    const at = new Date(START);
    expect(
      countersOf({ kind: 'decision', at, keys: [], verdict: 'defer', recipients: 1 }, HALF_LIVES),
    ).toBeNull();
    expect(countersOf({ kind: 'feedback', at: new Date('?'), keys: [], bad: true }, HALF_LIVES)).toBeNull();
  });

  test('a change of the half-life keeps the standing of the last moment', () => {
    const list: Observation[] = [0, 3, 50].map((days) => ({
      kind: 'decision',
      at: new Date(START + days * DAY_MS),
      keys: [],
      verdict: 'quarantine',
      recipients: 2,
    }));
    const at = new Date(START + 50 * DAY_MS);
    const before = folded(list);
    const after = withHalfLives(before, HALF_LIVES, SHORTER);
    expectSame(standingOf(after, at, SHORTER), standingOf(before, at, HALF_LIVES));
    const later = new Date(at.getTime() + 7 * DAY_MS);
    expect(standingOf(after, later, SHORTER).held).toBeCloseTo(
      standingOf(before, at, HALF_LIVES).held / 2,
      9,
    );
  });
});
