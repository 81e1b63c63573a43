import fc from 'fast-check';
import { expect, test } from 'vitest';
import { redactAddress, redactAddresses } from '../../src/observe/redact.ts';

test.each([
  ['alice@example.com', 'a***@example.com'],
  ['to <bob.b+tag@example.com>, carol@example.net.', 'to <b***@example.com>, c***@example.net.'],
  ['550 5.1.1 <dan@example.org>: unknown', '550 5.1.1 <d***@example.org>: unknown'],
  ['from=eve@example.com,size=3', 'from=e***@example.com,size=3'],
  ['"frank the great"@example.com', 'f***@example.com'],
  ['käthe@example.com', 'k***@example.com'],
  ['no address here', 'no address here'],
  ['a@b@example.com', 'a***@b***@example.com'],
  ['@ @@ @', '@ @@ @'],
  ['', ''],
])('%j is logged as %j', (text, expected) => {
  expect(redactAddresses(text)).toBe(expected);
});

test('no local part of two letters or more survives, wherever it stands', () => {
  const local = fc.stringMatching(/^[A-Z0-9+_]{2,64}$/);
  const around = fc.constantFrom('', ' ', '<', ', ', 'x: ', '@', '"');
  fc.assert(
    fc.property(around, local, around, (before, name, after) => {
      const redacted = redactAddresses(`${before}${name}@example.com${after}`);
      expect(redacted).not.toContain(name);
      expect(redacted).toContain(`${name.charAt(0)}***@`);
    }),
  );
});

test.each([
  ['alice@example.com', 'a***@example.com'],
  ['"odd @ name"@example.com', 'o***@example.com'],
  ['postmaster', 'p***'],
  ['', ''],
])('the address %j becomes %j', (address, expected) => {
  expect(redactAddress(address)).toBe(expected);
});
