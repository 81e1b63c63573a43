import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { editDistance, nearest } from '../../src/config/nearest.ts';

describe('the edit distance', () => {
  test.each([
    ['', '', 0],
    ['abc', '', 3],
    ['kitten', 'sitting', 3],
    ['gaet', 'gate', 1],
    ['listen', 'listne', 1],
  ])('between %j and %j is %i', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
  });

  test('is the same both ways and at most the longer length', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
      }),
    );
  });
});

test('the nearest key disregards case and is not given where nothing is near', () => {
  expect(nearest('nexthop', ['listen', 'nextHop'])).toBe('nextHop');
  expect(nearest('colour', ['listen', 'nextHop'])).toBeNull();
  expect(nearest('anything', [])).toBeNull();
});
