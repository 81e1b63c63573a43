import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { expect, test } from 'vitest';
import { parseProxyHeader, V2_LIMIT } from '../../src/gate/proxy-protocol.ts';

const SIGNATURE = '\r\n\r\n\0\r\nQUIT\n';
const v1 = (line: string) => parseProxyHeader(Buffer.from(line, 'latin1'));

function v2(command: number, family: number, rest: Buffer, length = rest.length): Buffer {
  const fixed = Buffer.concat([Buffer.from(SIGNATURE, 'latin1'), Buffer.alloc(4)]);
  fixed[12] = command;
  fixed[13] = family;
  fixed.writeUInt16BE(length, 14);
  return Buffer.concat([fixed, rest]);
}

const V4 = Buffer.from([192, 0, 2, 7, 192, 0, 2, 25, 0x12, 0x67, 0, 25]);
const V6 = Buffer.concat([
  Buffer.from('20010db8000000000000000000000007', 'hex'),
  Buffer.from('20010db8000000000000000000000019', 'hex'),
  Buffer.from([0x12, 0x67, 0, 25]),
]);
const TLV = Buffer.from([0x04, 0, 2, 0, 0]);

test.each([
  ['PROXY TCP4 192.0.2.7 192.0.2.25 4711 25\r\n', { address: '192.0.2.7', port: 4711 }],
  ['PROXY TCP6 2001:db8::7 2001:DB8::19 0 65535\r\n', { address: '2001:db8::7', port: 0 }],
  ['PROXY TCP6 ::ffff:192.0.2.7 ::1 4711 25\r\n', { address: '192.0.2.7', port: 4711 }],
  ['PROXY UNKNOWN\r\n', null],
  ['PROXY UNKNOWN ffff::1 whatever\r\n', null],
])('S6 %j is read', (line, source) => {
  expect(v1(`${line}EHLO x\r\n`)).toEqual({ kind: 'read', source, length: line.length });
});

test.each([
  'EHLO client.example\r\n',
  'proxy TCP4 192.0.2.7 192.0.2.25 1 2\r\n',
  'PROXY TCP4 192.0.2.7 192.0.2.25 1\r\n',
  'PROXY TCP4 2001:db8::7 2001:db8::19 1 2\r\n',
  'PROXY TCP6 192.0.2.7 192.0.2.25 1 2\r\n',
  'PROXY TCP4 192.0.2.7 192.0.2.25 65536 25\r\n',
  'PROXY TCP4 192.0.2.7 192.0.2.25 1 65536\r\n',
  'PROXY TCP4 192.0.2.7 192.0.2.25 01 25\r\n',
  'PROXY TCP4 192.0.2.7 192.0.2.25 1 25 x\r\n',
  'PROXY TCP4  192.0.2.7 192.0.2.25 1 25\r\n',
  'PROXY TCP4 192.0.2.7\r192.0.2.25 1 25\r\n',
  'PROXY TCP4 192.0.2.7 192.0.2.25 1 25\n',
  'PROXY TCP4 192.0.2.07 192.0.2.25 1 25\r\n',
  'PROXY UDP4 192.0.2.7 192.0.2.25 1 25\r\n',
  'PROXY UNKNOWNS\r\n',
])('S6 %j is no header', (line) => {
  expect(v1(line).kind).toBe('malformed');
});

test.each([
  [106, 'read'],
  [107, 'read'],
  [108, 'malformed'],
])('S6 a line of %i octets is %s', (octets, kind) => {
  expect(v1(`${'PROXY UNKNOWN '.padEnd(octets - 2, 'x')}\r\n`).kind).toBe(kind);
});

test('S6 a line without an end is waited for up to 107 octets', () => {
  expect(v1('PROXY UNKNOWN '.padEnd(106, 'x')).kind).toBe('incomplete');
  expect(v1('PROXY UNKNOWN '.padEnd(107, 'x')).kind).toBe('malformed');
});

test.each([
  ['IPv4', v2(0x21, 0x11, V4), { address: '192.0.2.7', port: 4711 }],
  ['IPv4 with a TLV', v2(0x21, 0x11, Buffer.concat([V4, TLV])), { address: '192.0.2.7', port: 4711 }],
  ['IPv6', v2(0x21, 0x21, V6), { address: '2001:db8::7', port: 4711 }],
  ['no address', v2(0x21, 0x00, TLV), null],
  ['unix sockets', v2(0x21, 0x31, Buffer.alloc(216)), null],
  ['LOCAL', v2(0x20, 0x11, V4), null],
  ['LOCAL with a family of the future', v2(0x20, 0x77, TLV), null],
])('S6 version 2: %s is read', (_words, bytes, source) => {
  const more = Buffer.concat([bytes, Buffer.from('EHLO x\r\n')]);
  expect(parseProxyHeader(more)).toEqual({ kind: 'read', source, length: bytes.length });
});

test.each([
  ['version 1 in the binary form', v2(0x11, 0x11, V4)],
  ['a command of the future', v2(0x22, 0x11, V4)],
  ['datagrams', v2(0x21, 0x12, V4)],
  ['a family of the future', v2(0x21, 0x41, V4)],
  ['addresses cut short', v2(0x21, 0x11, V4.subarray(0, 11))],
  ['IPv6 in the space of IPv4', v2(0x21, 0x21, V4)],
  ['unix sockets cut short', v2(0x21, 0x31, Buffer.alloc(215))],
])('S6 version 2: %s is malformed', (_words, bytes) => {
  expect(parseProxyHeader(bytes).kind).toBe('malformed');
});

test.each([
  [V2_LIMIT - 1, 'read'],
  [V2_LIMIT, 'read'],
  [V2_LIMIT + 1, 'malformed'],
])('S6 version 2: %i bytes after the fixed part are %s', (length, kind) => {
  expect(parseProxyHeader(v2(0x21, 0x11, Buffer.concat([V4, Buffer.alloc(length - V4.length)]))).kind).toBe(
    kind,
  );
});

test('S6 a header that is too long is not waited for', () => {
  expect(parseProxyHeader(v2(0x21, 0x11, V4, 65_535)).kind).toBe('malformed');
});

test('S6 whatever the bytes: never throws, and more bytes change no verdict but "incomplete"', () => {
  const starts = [
    Buffer.alloc(0),
    Buffer.from('PROXY TCP4 '),
    Buffer.from(SIGNATURE, 'latin1'),
    v2(0x21, 0x11, V4),
  ];
  const bytes = fc
    .tuple(fc.constantFrom(...starts), fc.uint8Array({ maxLength: 200 }))
    .map(([start, rest]) => Buffer.concat([start, rest]));
  fc.assert(
    fc.property(bytes, (all) => {
      const whole = parseProxyHeader(all);
      for (let cut = 0; cut < all.length; cut++) {
        const part = parseProxyHeader(all.subarray(0, cut));
        if (part.kind !== 'incomplete') expect(part).toEqual(whole);
      }
    }),
    { numRuns: 500 },
  );
});

test('S6 what a load balancer writes is read, in both versions, and only once it is whole', () => {
  const address = fc.oneof(fc.ipV4(), fc.ipV6());
  const port = fc.integer({ min: 0, max: 65_535 });
  fc.assert(
    fc.property(address, port, fc.uint8Array({ maxLength: 50 }), (client, from, tlv) => {
      const known = ipaddr.process(client);
      const isV4 = !client.includes(':');
      const there = isV4 ? '192.0.2.25' : '2001:db8::19';
      const own = ipaddr.parse(client).toByteArray();
      const ports = Buffer.alloc(4);
      ports.writeUInt16BE(from, 0);
      const both = Buffer.concat([
        Buffer.from(own),
        Buffer.from(ipaddr.parse(there).toByteArray()),
        ports,
        tlv,
      ]);
      const line = Buffer.from(`PROXY TCP${isV4 ? 4 : 6} ${client} ${there} ${from} 25\r\n`);
      for (const header of [line, v2(0x21, isV4 ? 0x11 : 0x21, both)]) {
        const source = { address: known.toString(), port: from };
        expect(parseProxyHeader(header)).toEqual({ kind: 'read', source, length: header.length });
        expect(parseProxyHeader(header.subarray(0, -1)).kind).toBe('incomplete');
      }
    }),
  );
});
