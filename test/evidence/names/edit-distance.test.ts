import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withinEdits } from '../../../src/evidence/names/edit-distance.ts';

describe('edits between two names', () => {
  it.each([
    ['paypal', 'paypal', 0],
    ['paypal', 'paypall', 1],
    ['paypal', 'papal', 1],
    ['paypal', 'peypal', 1],
    ['paypal', 'paypla', 1],
    ['microsoft', 'mircosfot', 2],
    ['', 'ab', 2],
  ])('%s to %s are %i', (a, b, edits) => {
    expect(withinEdits(a, b, edits)).toBe(true);
    expect(withinEdits(a, b, edits - 1)).toBe(false);
  });

  it('does not compare what is longer than a label', () => {
    expect(withinEdits(`a${'x'.repeat(62)}`, `b${'y'.repeat(62)}`, 200)).toBe(true);
    expect(withinEdits(`a${'x'.repeat(63)}`, `b${'y'.repeat(63)}`, 200)).toBe(false);
  });

  it('is the same both ways, and one edit is within one', () => {
    const label = fc.string({ minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(label, fc.nat(), fc.constantFrom('a', '7', '-'), (text, at, sign) => {
        const place = at % (text.length + 1);
        const longer = text.slice(0, place) + sign + text.slice(place);
        expect(withinEdits(text, longer, 1)).toBe(true);
        expect(withinEdits(longer, text, 1)).toBe(true);
      }),
    );
  });
});
