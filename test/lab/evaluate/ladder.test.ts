import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { auc, ladder, recallAt, rocPoints, thresholdAt } from '../../../src/lab/evaluate/ladder.ts';

const of = (ham: readonly number[], unwanted: readonly number[]) =>
  ladder({ ham: Float64Array.from(ham), unwanted: Float64Array.from(unwanted) });

/** Few distinct scores, so that ties are common. */
const scores = fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 1, maxLength: 40 });
const samples = fc.record({ ham: scores, unwanted: scores });
const rate = fc.double({ min: 0, max: 1, noNaN: true });

describe('the area under the ROC curve', () => {
  test('of a sample worked out by hand', () => {
    // Pairs (ham, unwanted): 1<2, 1<3, 2=2 (half), 2<3, 4>2, 4>3: 3.5 of 6.
    expect(auc(of([1, 2, 4], [2, 3]).counts)).toBeCloseTo(3.5 / 6, 15);
    expect(auc(of([1, 2], [3, 4]).counts)).toBe(1);
    expect(auc(of([3, 4], [1, 2]).counts)).toBe(0);
    expect(auc(of([1, 1], [1]).counts)).toBe(0.5);
    expect(auc(of([], [1]).counts)).toBeNaN();
  });

  test('is the Mann-Whitney statistic: the share of pairs in the right order, ties half', () => {
    fc.assert(
      fc.property(samples, ({ ham, unwanted }) => {
        let won = 0;
        for (const h of ham) for (const u of unwanted) won += u > h ? 1 : u === h ? 0.5 : 0;
        expect(auc(of(ham, unwanted).counts)).toBeCloseTo(won / (ham.length * unwanted.length), 12);
      }),
    );
  });

  test('is the area under the drawn points', () => {
    fc.assert(
      fc.property(samples, ({ ham, unwanted }) => {
        const { counts } = of(ham, unwanted);
        const points = rocPoints(counts);
        let area = 0;
        for (const [i, point] of points.entries()) {
          const last = points[i - 1];
          if (last !== undefined) area += ((point.x - last.x) * (point.y + last.y)) / 2;
        }
        expect(area).toBeCloseTo(auc(counts), 12);
        expect(points.at(-1)).toEqual({ x: 1, y: 1 });
      }),
    );
  });
});

describe('recall at a false positive rate', () => {
  test('of a sample worked out by hand', () => {
    const sample = of([1, 2, 3, 4], [2.5, 3, 3.5, 5]);
    // One of four may exceed: the threshold is 3; 3.5 and 5 are above it, 3 is not.
    expect(thresholdAt(sample, 0.25)).toBe(3);
    expect(recallAt(sample.counts, 0.25)).toBe(0.5);
    expect(thresholdAt(sample, 0.2499)).toBe(4);
    expect(recallAt(sample.counts, 0.2499)).toBe(0.25);
    expect(thresholdAt(sample, 1)).toBe(Number.NEGATIVE_INFINITY);
    expect(recallAt(sample.counts, 1)).toBe(1);
  });

  test('is the share above a threshold which at most that share of legitimate mail exceeds', () => {
    fc.assert(
      fc.property(samples, rate, ({ ham, unwanted }, allowed) => {
        const sample = of(ham, unwanted);
        const threshold = thresholdAt(sample, allowed);
        expect(ham.filter((score) => score > threshold).length / ham.length).toBeLessThanOrEqual(allowed);
        expect(recallAt(sample.counts, allowed)).toBeCloseTo(
          unwanted.filter((score) => score > threshold).length / unwanted.length,
          12,
        );
      }),
    );
  });

  test('never falls when more false positives are allowed', () => {
    fc.assert(
      fc.property(samples, rate, rate, ({ ham, unwanted }, a, b) => {
        const { counts } = of(ham, unwanted);
        expect(recallAt(counts, Math.min(a, b))).toBeLessThanOrEqual(recallAt(counts, Math.max(a, b)));
      }),
    );
  });
});
