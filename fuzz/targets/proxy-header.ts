import { isIP } from 'node:net';
import { parseProxyHeader, V2_LIMIT } from '../../src/gate/proxy-protocol.ts';
import { bytesOf, hold, same, type Target } from '../target.ts';

/** The fixed part of version 2. */
const FIXED = 16;
const V2 = '\r\n\r\n\0\r\nQUIT\n';

export const target: Target = {
  name: 'proxy-header',
  about: 'the PROXY header of a load balancer, versions 1 and 2',
  sources: ['src/gate/proxy-protocol.ts'],
  dictionary: [
    'PROXY ',
    'TCP4 ',
    'TCP6 ',
    'UNKNOWN',
    '192.0.2.1',
    '2001:db8::1',
    '::ffff:192.0.2.1',
    '::192.0.2.1',
    '1::',
    ' 25 ',
    ' 65535',
    '\r\n',
    V2,
    '\x21\x11\0\x0c',
    '\x21\x21\0\x24',
    '\x20\0\0\0',
    '\x21\x31\0\xd8',
  ],
  pairs: [['PROXY TCP6 ', ' 2001:db8::2 1 2\r\n']],
  maxBytes: 512,
  seeds: () =>
    [
      'PROXY TCP4 192.0.2.1 192.0.2.2 1025 25\r\nEHLO a\r\n',
      'PROXY TCP6 2001:db8::1 ::ffff:192.0.2.2 1 25\r\n',
      'PROXY UNKNOWN what ever\r\n',
      `${V2}\x21\x11\0\x0c\xc0\0\x02\x01\xc0\0\x02\x02\x04\x01\0\x19EHLO`,
      `${V2}\x21\x21\0\x24${' \x01\r\xb8'.repeat(9)}`,
      `${V2}\x20\0\0\0`,
    ].map((text) => Buffer.from(text, 'latin1')),
  run(input) {
    const read = parseProxyHeader(input);
    same(parseProxyHeader(input), read, 'the same bytes are read alike twice');
    if (read.kind === 'incomplete')
      hold(input.length < FIXED + V2_LIMIT, 'a header that is incomplete is short');
    if (read.kind !== 'read') return;
    hold(read.length <= input.length && read.length > 0, 'a header lies within what came');
    if (read.source !== null) {
      hold(isIP(read.source.address) !== 0, 'a source is an address');
      hold(read.source.port >= 0 && read.source.port <= 65_535, 'a port is one');
    }
    for (let end = 0; end < Math.min(read.length, bytesOf(input).length); end++)
      hold(
        parseProxyHeader(input.subarray(0, end)).kind === 'incomplete',
        'the beginning of a header is incomplete',
      );
    same(parseProxyHeader(input.subarray(0, read.length)), read, 'what follows a header changes nothing');
  },
};
