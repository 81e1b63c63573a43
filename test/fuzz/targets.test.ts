import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { feed } from '../../fuzz/feed.ts';
import type { Target } from '../../fuzz/target.ts';
import { loadTarget, targetModule, targetNames } from '../../fuzz/targets.ts';

/** Runs of one property; some targets read a whole message twice each. */
const RUNS = 300;
const SLOW_RUNS = 40;
const SLOW = new Set(['message', 'config', 'rules', 'html', 'headers']);

/** Pieces of seeds, words of the format and bytes, in any order. */
function inputs(target: Target): fc.Arbitrary<Buffer> {
  const seeds = target.seeds();
  const piece = fc
    .tuple(fc.constantFrom(...seeds), fc.nat(), fc.nat())
    .map(([seed, from, length]) => seed.subarray(from % (seed.length + 1)).subarray(0, 1 + (length % 400)));
  const word = fc.constantFrom(...target.dictionary).map((text) => Buffer.from(text, 'latin1'));
  const bytes = fc.uint8Array({ maxLength: 4 }).map((array) => Buffer.from(array));
  const part = fc.oneof(
    { weight: 3, arbitrary: piece },
    { weight: 4, arbitrary: word },
    { weight: 2, arbitrary: bytes },
  );
  return fc.array(part, { maxLength: 20 }).map((parts) => Buffer.concat(parts).subarray(0, target.maxBytes));
}

describe.each(targetNames())('%s', async (name) => {
  const target = await loadTarget(targetModule(name));

  test('has the name of its file, seeds within its bounds, and words', () => {
    expect(target.name).toBe(name);
    expect(target.seeds().length).toBeGreaterThan(0);
    expect(target.dictionary.length).toBeGreaterThan(0);
    expect(target.seeds().every((seed) => seed.length <= target.maxBytes)).toBe(true);
  });

  test('holds for its seeds, whole and cut', async () => {
    for (const seed of target.seeds()) {
      for (const part of [0, 1, 2, 3, 4])
        expect(await feed(target, seed.subarray(0, Math.ceil((seed.length * part) / 4)))).toBeNull();
    }
  });

  test('holds for pieces of its format in any order', async () => {
    await fc.assert(
      fc.asyncProperty(inputs(target), async (input) => {
        expect(await feed(target, input)).toBeNull();
      }),
      { numRuns: SLOW.has(name) ? SLOW_RUNS : RUNS },
    );
  });
});
