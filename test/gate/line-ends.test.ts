import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LineEnds } from '../../src/gate/line-ends.ts';

function normalise(text: string, size = text.length) {
  const lineEnds = new LineEnds();
  let out = '';
  for (let at = 0; at < text.length; at += size) {
    out += lineEnds.push(Buffer.from(text.slice(at, at + size), 'latin1')).toString('latin1');
  }
  return { out: out + lineEnds.end().toString('latin1'), facts: lineEnds.facts };
}

test.each([
  ['a\r\nb\r\n', 'a\r\nb\r\n', { bareCr: 0, bareLf: 0, nul: 0 }],
  ['a\nb\r\n', 'a\r\nb\r\n', { bareCr: 0, bareLf: 1, nul: 0 }],
  ['a\rb', 'a\r\nb', { bareCr: 1, bareLf: 0, nul: 0 }],
  ['a\r\r\nb', 'a\r\nb', { bareCr: 1, bareLf: 0, nul: 0 }],
  ['a\r', 'a\r\n', { bareCr: 1, bareLf: 0, nul: 0 }],
  ['\0\0a', '\0\0a', { bareCr: 0, bareLf: 0, nul: 2 }],
  ['\n\r', '\r\n\r\n', { bareCr: 1, bareLf: 1, nul: 0 }],
])('%j becomes %j', (text, out, facts) => {
  expect(normalise(text)).toEqual({ out, facts });
  expect(normalise(text, 1)).toEqual({ out, facts });
});

test('a clean chunk is handed on, not copied', () => {
  const chunk = Buffer.from('a\r\nb');
  expect(new LineEnds().push(chunk)).toBe(chunk);
});

test('what is normalised stays as it is', () => {
  const text = fc.array(fc.constantFrom('\r', '\n', '\0', 'a', '.')).map((pieces) => pieces.join(''));
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 5 }), (input, size) => {
      const once = normalise(input, size);
      expect(once).toEqual(normalise(input));
      expect(normalise(once.out, size)).toEqual({
        out: once.out,
        facts: { bareCr: 0, bareLf: 0, nul: once.facts.nul },
      });
    }),
    { numRuns: 1000 },
  );
});

test.each([63, 64, 65, 66])('a run of %i carriage returns is counted whole', (count) => {
  expect(normalise('\r'.repeat(count)).facts.bareCr).toBe(count);
  expect(normalise('\r'.repeat(count)).out).toBe('\r\n'.repeat(count));
});
