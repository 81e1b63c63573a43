import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MAX_QUOTED, quote } from '../../../src/detect/rules/quote.ts';

test('text of any kind becomes one bounded line in quotes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 500 }), (text) => {
      const quoted = quote(text);
      expect(quoted).toMatch(/^"[^"\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*"$/u);
      expect(Array.from(quoted).length).toBeLessThanOrEqual(MAX_QUOTED + 2);
    }),
  );
});

test('text up to the bound is whole, text above ends with an ellipsis', () => {
  for (const length of [MAX_QUOTED - 1, MAX_QUOTED])
    expect(quote('é'.repeat(length))).toBe(`"${'é'.repeat(length)}"`);
  expect(quote('é'.repeat(MAX_QUOTED + 1))).toBe(`"${'é'.repeat(MAX_QUOTED - 1)}…"`);
});
