import fc from 'fast-check';
import { expect, it } from 'vitest';
import { randomness } from '../../../src/evidence/names/random-name.ts';

it.each(['xkqzvtrw', 'a7b3c9d1', 'q2w8e4r6t', 'zxcvbn'])('%s looks made by a machine', (name) => {
  expect(randomness(name)).toBeGreaterThanOrEqual(0.6);
});

it.each([
  'aldertimber',
  'ines.alder',
  'noreply',
  'news2026',
  'krankenhaus',
  'przedszkole',
  'dhl',
  'x1y2',
  '',
])('"%s" does not', (name) => {
  expect(randomness(name)).toBeLessThan(0.6);
});

it('is a share for any text', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 300 }), (name) => {
      expect(randomness(name)).toBeGreaterThanOrEqual(0);
      expect(randomness(name)).toBeLessThanOrEqual(1);
    }),
  );
});
