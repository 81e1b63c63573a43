import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { figures, LEAST_HAM, share, xorshift } from '../../../src/lab/evaluate/interval.ts';
import { auc, ladder } from '../../../src/lab/evaluate/ladder.ts';

/** Two overlapping heaps of scores. */
function sample(hams: number, bads: number, apart = 1) {
  const random = xorshift(hams + bads);
  const heap = (size: number, middle: number) =>
    Float64Array.from({ length: size }, () => middle + random() + random() + random());
  return ladder({ ham: heap(hams, 0), unwanted: heap(bads, apart) });
}

describe('figures with limits', () => {
  test('hold the figure between the limits, and are the same for the same sample', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 200, max: 300 }),
        fc.integer({ min: 1, max: 60 }),
        fc.double({ min: 0, max: 4, noNaN: true }),
        (hams, bads, apart) => {
          const part = sample(hams, bads, apart);
          const given = figures([part], 40);
          expect(given).toEqual(figures([part], 40));
          expect(given.auc.value).toBeCloseTo(auc(part.counts), 12);
          for (const one of [given.auc, given.recall[0]]) {
            expect(one?.low).toBeLessThanOrEqual(one?.value ?? Number.NaN);
            expect(one?.high).toBeGreaterThanOrEqual(one?.value ?? Number.NaN);
          }
        },
      ),
      { numRuns: 25 },
    );
  });

  test('hold the figure even where no resample reaches it', () => {
    const { value, low, high } = figures([sample(250, 25)], 1).auc;
    expect([low, high]).toContain(value);
    expect(low).toBeLessThan(high);
  });

  test('have limits as wide as the theory of Hanley and McNeil says', () => {
    const part = sample(400, 400);
    const { value, low, high } = figures([part]).auc;
    const q1 = value / (2 - value);
    const q2 = (2 * value ** 2) / (1 + value);
    const variance = (value * (1 - value) + 399 * (q1 - value ** 2) + 399 * (q2 - value ** 2)) / (400 * 400);
    const wide = 2 * 1.96 * Math.sqrt(variance);
    expect((high - low) / wide).toBeGreaterThan(0.8);
    expect((high - low) / wide).toBeLessThan(1.25);
  });

  test('give no recall where too few legitimate messages tell such a rate from luck', () => {
    for (const [i, least] of LEAST_HAM.entries()) {
      expect(figures([sample(least - 1, 30)], 2).recall[i]).toBeNull();
      expect(figures([sample(least, 30)], 2).recall[i]).not.toBeNull();
      expect(figures([sample(least + 1, 30)], 2).recall[i]).not.toBeNull();
    }
  });

  test('weigh folds by their unwanted messages, each with its own threshold', () => {
    const [a, b] = [sample(300, 30, 0.5), sample(250, 90, 3)];
    const [of, ofA, ofB] = [figures([a, b], 2), figures([a], 2), figures([b], 2)];
    expect(of).toMatchObject({ ham: 550, unwanted: 120 });
    expect(of.auc.value).toBeCloseTo((30 * ofA.auc.value + 90 * ofB.auc.value) / 120, 12);
    const recalls = [ofA, ofB].map(({ recall }) => recall[0]?.value ?? Number.NaN);
    expect(of.recall[0]?.value).toBeCloseTo((30 * (recalls[0] ?? 0) + 90 * (recalls[1] ?? 0)) / 120, 12);
  });
});

describe('a share', () => {
  test('has Wilson limits', () => {
    // Wilson's formula by hand for 1 of 10 with z = 1.96.
    expect(share(1, 10)).toEqual({
      value: 0.1,
      low: expect.closeTo(0.01788, 4),
      high: expect.closeTo(0.40415, 4),
    });
    expect(share(0, 100)).toEqual({ value: 0, low: 0, high: expect.closeTo(0.037, 3) });
    expect(share(5, 5)?.high).toBe(1);
    expect(share(0, 0)).toBeNull();
  });
});

describe('the random numbers', () => {
  test('are spread over [0, 1) and follow from the seed', () => {
    const random = xorshift(7);
    const bins = new Array<number>(10).fill(0);
    for (let i = 0; i < 10_000; i++) {
      const bin = Math.floor(random() * 10);
      bins[bin] = (bins[bin] ?? 0) + 1;
    }
    for (const count of bins) expect(Math.abs(count - 1000)).toBeLessThan(150);
    expect(xorshift(7)()).toBe(xorshift(7)());
    expect(() => xorshift(0)).toThrow('seed of 0');
  });
});
