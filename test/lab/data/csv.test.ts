import { expect, test } from 'vitest';
import { csv } from '../../../src/lab/data/csv.ts';

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '＝1+1'])('a spreadsheet runs no %j', (text) => {
  expect(csv([text])).toBe(`"'${text}"`);
});

test('numbers stay numbers, null is empty, quotes are doubled', () => {
  expect(csv([-1.5, null, 'plain', 'a,"b"\n'])).toBe('-1.5,,plain,"a,""b""\n"');
});
