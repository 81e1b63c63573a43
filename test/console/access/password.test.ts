import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hashPassword, passwordProblem, verifyPassword } from '../../../src/console/access/password.ts';

test('C7 a password is that of its hash, another is not, and no two hashes are the same', async () => {
  const hash = await hashPassword('a heron stands in the reeds');
  expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(await verifyPassword('a heron stands in the reeds', hash)).toBe(true);
  expect(await verifyPassword('a heron stands in the reed', hash)).toBe(false);
  expect(await hashPassword('a heron stands in the reeds')).not.toBe(hash);
});

test('C7 a malformed hash lets nobody in, and asks for no unbounded work', async () => {
  const good = await hashPassword('a heron stands in the reeds');
  const bad = [
    null,
    '',
    'a heron stands in the reeds',
    good.slice(0, -20),
    good.replace('m=19456', 'm=9999999'),
    good.replace('t=2', 't=99'),
    good.replace('p=1', 'p=0'),
    good.replace('argon2id', 'argon2d'),
    good.replace('v=19', 'v=16'),
    `${good}\n`,
    `${good.split('$').slice(0, 5).join('$')}$`,
  ];
  for (const hash of bad) expect(await verifyPassword('a heron stands in the reeds', hash)).toBe(false);
  await fc.assert(
    fc.asyncProperty(fc.string(), async (hash) => !(await verifyPassword('', hash))),
    { numRuns: 5 },
  );
});

test('the same characters from another keyboard are the same password', async () => {
  const hash = await hashPassword('K\u00e4sebrot im Garten');
  expect(await verifyPassword('Ka\u0308sebrot im Garten', hash)).toBe(true);
});

test('a password has 12 to 256 characters, and is more than the name', () => {
  expect(passwordProblem('x'.repeat(11), 'pat')).toBe('short');
  expect(passwordProblem('x'.repeat(12), 'pat')).toBe(null);
  expect(passwordProblem('x'.repeat(256), 'pat')).toBe(null);
  expect(passwordProblem('x'.repeat(257), 'pat')).toBe('long');
  expect(passwordProblem('postmaster123', 'postmaster')).toBe('name');
});
