import { expect, test } from 'vitest';
import { Networks } from '../../src/gate/networks.ts';
import { parseListen } from '../../src/listen-address.ts';

test.each([
  ['192.0.2.1', true],
  ['::ffff:192.0.2.1', true],
  ['192.0.2.2', false],
  ['198.51.100.77', true],
  ['2001:db8::5', true],
  ['2001:db9::5', false],
  ['not an address', false],
])('%s is listed: %s', (ip, isListed) => {
  expect(new Networks(['192.0.2.1', '198.51.100.0/24', '2001:db8::/32']).has(ip)).toBe(isListed);
});

test('what is no network is named', () => {
  expect(() => new Networks(['mx.example'])).toThrow('"mx.example" is no address or network');
});

test.each([
  ['127.0.0.1:25', { host: '127.0.0.1', port: 25 }],
  ['[::1]:25', { host: '::1', port: 25 }],
  [':25', { host: '127.0.0.1', port: 25 }],
  ['mx.example:25', { host: 'mx.example', port: 25 }],
])('%s', (text, listen) => {
  expect(parseListen(text)).toEqual(listen);
});
