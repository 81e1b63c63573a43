import { describe, expect, test } from 'vitest';
import { xorshift } from '../../../src/lab/evaluate/interval.ts';
import { chanceOfChange, incompleteBeta, logGamma } from '../../../src/lab/health/chance.ts';
import { changeOf, isAlarm, LEAST_FACTOR } from '../../../src/lab/health/change.ts';

describe('the incomplete beta function', () => {
  test('is the tail of a binomial, summed', () => {
    // P(X ≥ 3), X binomial with n = 10, p = 0.2: 1 − Σ over 0, 1, 2.
    const tail = 1 - (0.8 ** 10 + 10 * 0.2 * 0.8 ** 9 + 45 * 0.04 * 0.8 ** 8);
    expect(incompleteBeta(0.2, 3, 8)).toBeCloseTo(tail, 12);
  });

  test('is symmetric, and 0 and 1 at its ends', () => {
    expect(incompleteBeta(0.3, 40, 70) + incompleteBeta(0.7, 70, 40)).toBeCloseTo(1, 12);
    expect([incompleteBeta(0, 2, 3), incompleteBeta(1, 2, 3)]).toEqual([0, 1]);
  });

  test('converges for counts of millions', () => {
    expect(incompleteBeta(0.5, 1_000_000, 1_000_000)).toBeCloseTo(0.5, 6);
  });

  test('ln Γ of whole numbers is the logarithm of factorials', () => {
    expect(logGamma(1)).toBeCloseTo(0, 11);
    expect(logGamma(11)).toBeCloseTo(Math.log(3_628_800), 10);
  });
});

describe('chance of a change', () => {
  test('equal rates are likely, nine times the rate is not', () => {
    expect(chanceOfChange(10, 1_000, 140, 14_000)).toBeGreaterThan(0.8);
    expect(chanceOfChange(90, 1_000, 140, 14_000)).toBeLessThan(1e-30);
  });

  test('silence is as unlikely as the past was loud', () => {
    expect(chanceOfChange(0, 1_000, 140, 14_000)).toBeCloseTo(2 * (14 / 15) ** 140, 9);
  });

  test('nothing before and nothing now is no change', () => {
    expect(chanceOfChange(0, 10, 0, 10)).toBe(1);
  });
});

const HOUR = 3_600_000;

function series(before: readonly number[], now: readonly number[], messages = 500) {
  const hour = (hits: number, i: number) => ({ hour: i * HOUR, messages, hits });
  return { now: now.map(hour), before: before.map((hits) => now.map((_, i) => hour(hits, i))) };
}

describe('a change', () => {
  test('is dated to the hour in which it began', () => {
    const change = changeOf(series([5, 6, 4, 5, 5], [5, 4, 45, 44, 46]));
    expect(change).toMatchObject({ since: 2 * HOUR, dispersion: 1 });
    expect(change?.factor).toBeCloseTo(144 / 5 / 5, 6);
    expect(change !== null && isAlarm(change, 300)).toBe(true);
  });

  test('a detector that fell silent is an alarm', () => {
    const change = changeOf(series([25, 24, 26, 25], [0, 0, 0]));
    expect(change).toMatchObject({ factor: 0 });
    expect(change !== null && isAlarm(change, 300)).toBe(true);
  });

  test('a detector that never fired before has no factor', () => {
    const change = changeOf(series([0, 0, 0], [20, 20]));
    expect(change).toMatchObject({ factor: null });
    expect(change !== null && isAlarm(change, 300)).toBe(true);
  });

  test('a past with campaigns makes the same count no alarm', () => {
    const change = changeOf(series([0, 60, 1, 45, 0], [45, 44, 46]));
    expect(change?.dispersion).toBeGreaterThan(10);
    expect(change !== null && isAlarm(change, 300)).toBe(false);
  });

  test('a surely measured change of less than the least factor is no alarm', () => {
    const change = changeOf(series([5_000, 5_000, 5_000], [9_000, 9_000], 100_000));
    expect(change?.factor).toBeLessThan(LEAST_FACTOR);
    expect(change?.chance).toBeLessThan(1e-9);
    expect(change !== null && isAlarm(change, 1)).toBe(false);
  });

  test.each([
    [2, true],
    [3, false],
  ])('with %i days of past there is none: %s', (days, none) => {
    expect(changeOf(series(Array(days).fill(5), [5])) === null).toBe(none);
  });
});

describe('false alarms', () => {
  /** Poisson by Knuth's multiplication, of a mean that itself varies from day to day where `spread` says so. */
  function poisson(mean: number, random: () => number): number {
    let hits = 0;
    for (let product = random(); product > Math.exp(-mean); product *= random()) hits += 1;
    return hits;
  }

  function alarms(spread: number): number {
    const random = xorshift(7);
    const draw = (mean: number) => mean * (1 - spread + 2 * spread * random());
    let count = 0;
    for (let report = 0; report < 100; report++) {
      for (let detector = 0; detector < 100; detector++) {
        const mean = 0.5 + 20 * random();
        const before = Array.from({ length: 14 }, () => poisson(draw(mean), random));
        const change = changeOf(series(before, [poisson(draw(mean), random)]));
        if (change !== null && isAlarm(change, 100)) count += 1;
      }
    }
    return count;
  }

  test('a hundred reports on counts that did not change have at most one', () => {
    expect(alarms(0)).toBeLessThanOrEqual(1);
  });

  test('nor where the rate of each day is between a third and five thirds of the mean', () => {
    expect(alarms(2 / 3)).toBeLessThanOrEqual(1);
  });
});
