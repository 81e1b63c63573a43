import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Egress } from '../../src/gate/egress.ts';

/** Bytes that matter, often, and any others. */
const hostile = fc
  .array(
    fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom('\r', '\n', '.', '\r\n', '\0') },
      fc.string({ maxLength: 3 }),
    ),
  )
  .map((pieces) => Buffer.from(pieces.join(''), 'latin1'));

function write(message: Buffer, cuts: readonly number[] = []): string {
  const egress = new Egress();
  const places = [...new Set(cuts.map((cut) => cut % (message.length + 1)))].sort((a, b) => a - b);
  let from = 0;
  const out: Buffer[] = [];
  for (const place of [...places, message.length]) {
    out.push(Buffer.from(egress.push(message.subarray(from, place))));
    from = place;
  }
  return Buffer.concat([...out, egress.end()]).toString('latin1');
}

/** What a receiver makes of it, written without a look at the egress writer. */
function read(wire: string): string {
  expect(wire.endsWith('.\r\n')).toBe(true);
  return wire.slice(0, -3).replace(/(^|\r\n)\./g, '$1');
}

test('normal mail passes byte for byte, but for the dots and the end', () => {
  const mail = 'Subject: a.b\r\n\r\nlong line . with dots...\r\n\r\n\xe4\xff last\r\n';
  expect(write(Buffer.from(mail, 'latin1'))).toBe(`${mail}.\r\n`);
});

test.each([
  ['', '.\r\n'],
  ['.', '..\r\n.\r\n'],
  ['.\r\n', '..\r\n.\r\n'],
  ['a', 'a\r\n.\r\n'],
  ['a\r', 'a\r\n.\r\n'],
  ['a\n', 'a\r\n.\r\n'],
  ['a\n.\nb', 'a\r\n..\r\nb\r\n.\r\n'],
  ['a\r.\rb', 'a\r\n..\r\nb\r\n.\r\n'],
  ['a\n.\r\nb', 'a\r\n..\r\nb\r\n.\r\n'],
  ['a\r\n.\rb', 'a\r\n..\r\nb\r\n.\r\n'],
  ['a\r\r\n.\r\r\nb', 'a\r\n..\r\nb\r\n.\r\n'],
  ['a\r\n\0.\r\nb', 'a\r\n\0.\r\nb\r\n.\r\n'],
  ['a\r\r.', 'a\r\n\r\n..\r\n.\r\n'],
])('S2 %j is written as %j', (message, wire) => {
  expect(write(Buffer.from(message, 'latin1'))).toBe(wire);
});

test('S1 whatever the bytes: one end of data, at the end, for strict and lenient receivers', () => {
  fc.assert(
    fc.property(hostile, (message) => {
      const wire = `\r\n${write(message)}`;
      expect(wire.indexOf('\r\n.\r\n')).toBe(wire.length - 5);
      expect(wire).not.toMatch(/\r(?!\n)|(?<!\r)\n/);
      expect(wire.slice(0, -5)).not.toMatch(/(?:\r|\n)\.(?:\r|\n)/);
    }),
    { numRuns: 2000 },
  );
});

test('how the bytes are split into chunks changes nothing', () => {
  fc.assert(
    fc.property(hostile, fc.array(fc.nat()), (message, cuts) => {
      expect(write(message, cuts)).toBe(write(message));
    }),
    { numRuns: 2000 },
  );
});

test('a receiver reads the message with CRLF line ends', () => {
  fc.assert(
    fc.property(hostile, (message) => {
      const text = message.toString('latin1').replace(/\r+\n|\r|\n/g, '\r\n');
      const whole = text === '' || text.endsWith('\r\n') ? text : `${text}\r\n`;
      expect(read(write(message))).toBe(whole);
    }),
    { numRuns: 2000 },
  );
});

test('a run of carriage returns costs no memory that a normal message would not', () => {
  const egress = new Egress();
  let written = 0;
  for (let chunk = 0; chunk < 100; chunk++) written += egress.push(Buffer.alloc(1000, '\r')).length;
  expect(written).toBe(2 * (100_000 - 64));
  expect(egress.end().toString()).toBe(`${'\r\n'.repeat(64)}.\r\n`);
});
