import fc from 'fast-check';
import { expect, test } from 'vitest';
import { returnPath } from '../../../src/console/access/return-path.ts';

test('after signing in one goes to the page that was wanted', () => {
  expect(returnPath('/held?text=a&page=2')).toBe('/held?text=a&page=2');
});

test.each([
  '//evil.example/',
  '/\\evil.example',
  '/\t/evil.example',
  'https://evil.example/',
  'javascript:alert(1)',
  '/a/..//evil.example',
  '',
  '/sign-in',
  `/${'a'.repeat(2_000)}`,
])('nobody is sent to another host, or round in circles: %j', (wanted) => {
  expect(returnPath(wanted)).toBe('/');
});

test('whatever is asked for, a browser stays on this host', () => {
  const text = fc.array(
    fc.constantFrom('/', '\\', '.', ':', '@', '%', '\t', '\n', 'a', 'evil.example', '?', '#'),
  );
  fc.assert(
    fc.property(text, (parts) => {
      const base = 'https://postern.example';
      return new URL(returnPath(parts.join('')), base).origin === base;
    }),
  );
});
