import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Egress } from '../../src/gate/egress.ts';
import { Ingress } from '../../src/gate/ingress.ts';

function read(wire: string, size = wire.length || 1) {
  const ingress = new Ingress();
  const bytes = Buffer.from(wire, 'latin1');
  let data = '';
  for (let at = 0; at < bytes.length; at += size) {
    const taken = ingress.push(bytes.subarray(at, at + size));
    data += taken.data.toString('latin1');
    if (taken.rest !== null) return { data, rest: taken.rest.toString('latin1') + wire.slice(at + size) };
  }
  return { data, rest: null };
}

test.each([
  ['.\r\n', '', ''],
  ['a\r\n.\r\nQUIT\r\n', 'a\r\n', 'QUIT\r\n'],
  ['..\r\n.\r\n', '.\r\n', ''],
  ['.a\r\n.\r\n', 'a\r\n', ''],
  ['.\ra\r\n.\r\n', '\ra\r\n', ''],
  ['.\r\r\n.\r\n', '\r\r\n', ''],
  ['a\n..b\r\n.\r\n', 'a\n..b\r\n', ''],
  ['\r.\r\n.\r\n', '\r.\r\n', ''],
])('%j is the message %j', (wire, data, rest) => {
  for (let size = 1; size <= wire.length; size++) expect(read(wire, size)).toEqual({ data, rest });
});

test.each([
  'a\n.\n',
  'a\n.\r',
  'a\r.\n',
  'a\r.\r',
  'a\n.\r\n',
  'a\r.\r\n',
  'a\r\n\0.\r\n',
  'a\r\n.\r\r\n',
  'a\r\r\n.\r\r\n',
  'a\r\n.\n',
  'a\r\n.',
])('S1 %j is no end of data', (wire) => {
  for (let size = 1; size <= wire.length; size++) expect(read(wire, size).rest).toBeNull();
});

test('S1 what the egress writer wrote is read as one message, and nothing is left', () => {
  const pieces = fc.array(fc.constantFrom('\r', '\n', '.', '\r\n', 'a', '\0'));
  fc.assert(
    fc.property(pieces, fc.integer({ min: 1, max: 9 }), (message, size) => {
      const egress = new Egress();
      const bytes = Buffer.from(message.join(''), 'latin1');
      const wire = Buffer.concat([egress.push(bytes), egress.end()]).toString('latin1');
      const text = message.join('').replace(/\r+\n|\r|\n/g, '\r\n');
      const whole = text === '' || text.endsWith('\r\n') ? text : `${text}\r\n`;
      expect(read(wire, size)).toEqual({ data: whole, rest: '' });
    }),
    { numRuns: 2000 },
  );
});
