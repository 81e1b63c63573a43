import { MAX_ADDRESSES, makeAddress, parseAddresses } from '../../src/message/addresses.ts';
import { asciiDomain } from '../../src/message/url.ts';
import { hold, same, type Target } from '../target.ts';

const LONGEST_NAME = 500;
/** What is longer was cut, or its domain grew by becoming punycode. */
const LONGEST_ADDRESS = 320;
/** A domain of 320 characters may become so many. */
const LONGEST_GROWN = 2_000;

export const target: Target = {
  name: 'addresses',
  about: 'address lists of header fields (P8)',
  sources: ['src/message/addresses.ts', 'src/message/charset.ts', 'src/message/url.ts'],
  dictionary: [
    'a@example.com',
    '<a@b.example>',
    '"a b"@c.example',
    ', ',
    ';',
    'group:',
    '(',
    ')',
    '\\',
    '"',
    '=?utf-8?q?a=40b?=',
    '=?utf-8?b?PGFAYj4=?=',
    '\xc3\xa9',
    'xn--',
    '\0',
    '@',
    ' ',
  ],
  pairs: [
    ['(', ')'],
    ['<', '>'],
    ['"', '"'],
    ['g:', ';'],
  ],
  maxBytes: 2_048,
  seeds: () =>
    [
      'Ada Example <ada@example.com>, bob@example.org',
      'Team: a@example.com, B <b@example.com>;, "x, y" <z@example.net>',
      '=?utf-8?q?Ada=2C_Ex_=3Ce=40x=2Eexample=3E?= <a@example.com>',
      '"a b"@example.com (c (d) \\) e), <<a@b>@b\xc3\xbccher.example>',
    ].map((text) => Buffer.from(text, 'latin1')),
  run(input) {
    const raw = input.toString('latin1');
    const found = parseAddresses(raw);
    same(parseAddresses(raw), found, 'the same field is read alike twice');
    hold(found.length <= MAX_ADDRESSES, 'the number of addresses is bounded');
    for (const { name, address, domain } of found) {
      hold(name.length <= LONGEST_NAME, 'a name is bounded');
      hold(address.length <= LONGEST_GROWN, 'an address is bounded');
      hold(address.endsWith(domain), 'an address ends in its domain');
      hold(!/[\r\n\0]/.test(address), 'an address ends no line');
      hold(asciiDomain(domain) === domain, 'a domain is in its last form');
      if (address.length > LONGEST_ADDRESS) continue;
      same(makeAddress(name, address), { name, address, domain }, 'an address that was made stays as it is');
    }
  },
};
