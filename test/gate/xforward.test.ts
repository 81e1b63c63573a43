import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  decodeXtext,
  encodeXtext,
  formatXforward,
  parseXforward,
  XFORWARD_ATTRIBUTES,
} from '../../src/gate/xforward.ts';

const ALL = new Set<string>(XFORWARD_ATTRIBUTES);

test('attributes are read, unavailable ones as null', () => {
  expect(parseXforward(' NAME=[UNAVAILABLE] addr=IPv6:2001:db8::1 HELO=a+20b')).toEqual(
    new Map([
      ['NAME', null],
      ['ADDR', 'IPv6:2001:db8::1'],
      ['HELO', 'a b'],
    ]),
  );
});

test.each([
  '',
  'NAME',
  'NAME=',
  'NAME=a=b',
  'WHAT=a',
  'NAME=a+0Ab',
  'NAME=a+2',
  'ADDR=1.2.3',
  'PORT=x',
  'NAME=a+FFb',
])('S6 %j is malformed', (text) => {
  expect(parseXforward(text)).toBeNull();
});

test.each([
  [254, true],
  [255, true],
  [256, false],
])('S6 a value of %i characters', (length, isRead) => {
  expect(parseXforward(`HELO=${'a'.repeat(length)}`) !== null).toBe(isRead);
});

test('only what is offered is said', () => {
  const attributes = parseXforward('NAME=a ADDR=192.0.2.1 IDENT=x');
  expect(formatXforward(attributes ?? new Map(), new Set(['NAME', 'ADDR']))).toEqual([
    'XFORWARD NAME=a ADDR=192.0.2.1',
  ]);
  expect(formatXforward(attributes ?? new Map(), new Set())).toEqual([]);
});

test('what does not fit into one command goes into another', () => {
  const attributes = new Map([
    ['NAME', 'n'.repeat(255)],
    ['HELO', 'h'.repeat(255)],
  ] as const);
  const commands = formatXforward(attributes, ALL);
  expect(commands.map((command) => command.length <= 510)).toEqual([true, true]);
});

test('S6 xtext comes back as it was, and is printable ASCII on the way', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 50 }), (text) => {
      const wellFormed = text.toWellFormed().replaceAll('\ufffd', '?');
      expect(encodeXtext(wellFormed)).toMatch(/^[!-~]*$/);
      expect(decodeXtext(encodeXtext(wellFormed))).toBe(wellFormed);
    }),
  );
});
