import { parseXclient } from '../../src/gate/xclient.ts';
import {
  decodeXtext,
  encodeXtext,
  formatXforward,
  parseXforward,
  XFORWARD_ATTRIBUTES,
} from '../../src/gate/xforward.ts';
import { hold, same, type Target } from '../target.ts';

const OFFERED = new Set<string>(XFORWARD_ATTRIBUTES);
/** RFC 5321 section 4.5.3.1.4, without the CRLF. */
const COMMAND_OCTETS = 510;

function checkXforward(text: string): void {
  const read = parseXforward(text);
  same(parseXforward(text), read, 'the same command is read alike twice');
  if (read === null) return;
  for (const value of read.values()) {
    hold(value === null || !/[\x00-\x1f\x7f]/.test(value), 'a value holds no control characters');
    hold(value === null || (value.length > 0 && value.length <= 255), 'a value has 1 to 255 characters');
  }
  const commands = formatXforward(read, OFFERED);
  const again = new Map(
    commands.flatMap((command) => [...(parseXforward(command.replace('XFORWARD', '')) ?? [])]),
  );
  same(again, new Map(read), 'what was read can be told to the next hop, and is read there alike');
  for (const command of commands) {
    hold(/^[ -~]+$/.test(command), 'a command is printable ASCII');
    // A value alone may need more: 255 characters of three octets.
    hold(command.length <= COMMAND_OCTETS || command.split(' ').length === 2, 'a command fits into its line');
  }
}

export const target: Target = {
  name: 'xforward',
  about: 'XFORWARD and XCLIENT attributes, xtext',
  sources: ['src/gate/xforward.ts', 'src/gate/xclient.ts'],
  dictionary: [
    '+0A',
    '+0D',
    '+2B',
    '+00',
    '+C3+A9',
    '+E2+80+A8',
    '=',
    ' ',
    '\t',
    'IPv6:',
    '192.0.2.1',
    '2001:db8::1',
    '25',
    'ESMTP',
    '\xc3\xa9',
  ],
  pairs: [
    ['NAME=', ' '],
    ['HELO=', ' '],
  ],
  maxBytes: 2_048,
  seeds: () =>
    [
      'NAME=mail.example.org ADDR=192.0.2.1 PORT=25 PROTO=ESMTP',
      'ADDR=IPv6:2001:db8::1 NAME=[UNAVAILABLE] IDENT=x+2B1',
      'HELO=b+C3+BCcher.example SOURCE=REMOTE',
      'REVERSE_NAME=[TEMPUNAVAIL] LOGIN=a DESTADDR=192.0.2.2 DESTPORT=25',
    ].map((text) => Buffer.from(text, 'latin1')),
  run(input) {
    for (const text of [input.toString('utf8'), input.toString('latin1')]) {
      checkXforward(text);
      for (const value of parseXclient(text)?.values() ?? [])
        hold(value === null || !/[\x00-\x1f\x7f]/.test(value), 'a value holds no control characters');
      const wellFormed = text.slice(0, 255).toWellFormed().replaceAll('\ufffd', '?');
      hold(decodeXtext(encodeXtext(wellFormed)) === wellFormed, 'xtext comes back as it was');
      decodeXtext(text);
    }
  },
};
