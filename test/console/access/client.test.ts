import { Hono } from 'hono';
import { expect, test } from 'vitest';
import { attemptNetwork, clientOf } from '../../../src/console/access/client.ts';

const PROXIES = ['127.0.0.1', '10.0.0.0/8'];

/** Who a request from `peer` is from. */
async function seen(peer: string | null, headers: Record<string, string>, isTls = false) {
  const app = new Hono().get('/', (context) => context.json(clientOf(context, PROXIES)));
  const socket = { remoteAddress: peer ?? undefined, encrypted: isTls };
  return await (await app.request('/', { headers }, { incoming: { socket } })).json();
}

test.each([
  ['nobody is believed who is no proxy', '203.0.113.9', '198.51.100.7', 'https', '203.0.113.9', false],
  ['a proxy says who it is', '127.0.0.1', '198.51.100.7', 'https', '198.51.100.7', true],
  [
    'the last hop that is no proxy counts: what is before it anybody can write',
    '127.0.0.1',
    '192.0.2.1, 198.51.100.7, 10.1.2.3',
    'http',
    '198.51.100.7',
    false,
  ],
  [
    'what is no address is left out',
    '127.0.0.1',
    'unknown, <b>, 198.51.100.7',
    'https',
    '198.51.100.7',
    true,
  ],
  ['proxies alone: the first of them', '127.0.0.1', '10.0.0.5, 10.0.0.6', 'https', '10.0.0.5', true],
  ['a proxy that says nothing of hops is the client', '10.1.1.1', '', 'https', '10.1.1.1', true],
  [
    'of several protocols the last counts: the proxy beside us wrote it',
    '127.0.0.1',
    '198.51.100.7',
    'https, http',
    '198.51.100.7',
    false,
  ],
])('%s', async (_, peer, hops, protocol, address, isHttps) => {
  const headers = { 'x-forwarded-for': hops, 'x-forwarded-proto': protocol };
  expect(await seen(peer, headers)).toEqual({ address, isHttps });
});

test('without a connection all are one, so that limits hold', async () => {
  expect(await seen(null, { 'x-forwarded-for': '198.51.100.7' })).toEqual({
    address: 'unknown',
    isHttps: false,
  });
});

test('TLS of our own is https', async () => {
  expect(await seen('203.0.113.9', {}, true)).toMatchObject({ isHttps: true });
});

test('attempts are counted by address, of IPv6 by the network of a subscriber', () => {
  expect(attemptNetwork('::ffff:198.51.100.7')).toBe('198.51.100.7');
  expect(attemptNetwork('2001:db8:1:2:3::4')).toBe('2001:db8:1:2::/64');
  expect(attemptNetwork('2001:db8:1:2:ffff::1')).toBe('2001:db8:1:2::/64');
  expect(attemptNetwork('2001:db8:1:3::1')).toBe('2001:db8:1:3::/64');
});
