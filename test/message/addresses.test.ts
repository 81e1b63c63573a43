import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAddresses } from '../../src/message/addresses.ts';
import { read } from './build.ts';

describe('an address list', () => {
  const cases: readonly (readonly [string, readonly (readonly [string, string])[]])[] = [
    ['a@example.com', [['', 'a@example.com']]],
    ['Ada <a@EXAMPLE.com>', [['Ada', 'a@example.com']]],
    [
      '"Ex, Ada" <a@example.com>, b@example.com',
      [
        ['Ex, Ada', 'a@example.com'],
        ['', 'b@example.com'],
      ],
    ],
    ['a@example.com (Ada (the first))', [['Ada the first', 'a@example.com']]],
    [
      'Team: a@example.com, B <b@example.com>;',
      [
        ['', 'a@example.com'],
        ['B', 'b@example.com'],
      ],
    ],
    ['undisclosed-recipients:;', []],
    [
      '=?utf-8?q?Ada=2C_Ex_=3Ce=40x=2Eexample=3E?= <a@example.com>',
      [['Ada, Ex <e@x.example>', 'a@example.com']],
    ],
    ['"boss@example.org" <eve@example.net>', [['boss@example.org', 'eve@example.net']]],
    ['"a b"@example.com', [['', '"a b"@example.com']]],
    ['Ada a@example.com>', [['Ada', 'a@example.com']]],
    ['<a@bücher.example>', [['', 'a@xn--bcher-kva.example']]],
    ['nobody', [['nobody', '']]],
    ['', []],
  ];
  for (const [raw, addresses] of cases) {
    it(`is read: ${raw}`, () => {
      const bytes = Buffer.from(raw, 'utf8').toString('latin1');
      const found = parseAddresses(bytes).map(({ name, address }) => [name, address]);
      expect(found).toEqual(addresses);
    });
  }

  it('of any characters gives bounded addresses', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'a@.<>(),;:"\\ =?é'), maxLength: 300 }), (raw) => {
        for (const { address, domain } of parseAddresses(raw)) {
          expect(address.length).toBeLessThanOrEqual(600);
          expect(address.endsWith(domain)).toBe(true);
        }
      }),
    );
  });
});

describe('the From field', () => {
  it('keeps the addresses of all its occurrences', async () => {
    const message = await read('From: a@example.com\r\nFrom: b@example.net\r\n\r\nx');
    expect(message.from.map((address) => address.address)).toEqual(['a@example.com', 'b@example.net']);
  });

  it('is marked where its name shows another address', async () => {
    const message = await read('From: "boss@example.org" <eve@example.net>\r\n\r\nx');
    expect(message.ambiguities).toContain('address_in_from_name');
    expect((await read('From: "a@example.org" <a@example.org>\r\n\r\nx')).ambiguities).toEqual([]);
  });
});
