import { Egress } from '../../src/gate/egress.ts';
import { Ingress } from '../../src/gate/ingress.ts';
import { LineEnds } from '../../src/gate/line-ends.ts';
import { bytesOf, hold, pieces, same, type Target } from '../target.ts';

const END_OF_DATA = '\r\n.\r\n';

/** What came after 354, in pieces, as the gate takes it; what came after the end of the data is put together again. */
function take(parts: readonly Buffer[]) {
  const ingress = new Ingress();
  const lineEnds = new LineEnds();
  const data: Buffer[] = [];
  const rest: Buffer[] = [];
  let ended = false;
  for (const part of parts) {
    if (ended) {
      rest.push(part);
      continue;
    }
    const taken = ingress.push(part);
    data.push(Buffer.from(taken.data));
    if (taken.rest === null) continue;
    ended = true;
    rest.push(taken.rest);
  }
  const message = Buffer.concat(data);
  const normal = Buffer.concat([...data.map((one) => Buffer.from(lineEnds.push(one))), lineEnds.end()]);
  return { message, normal, facts: lineEnds.facts, rest: ended ? Buffer.concat(rest) : null };
}

function give(parts: readonly Buffer[]): Buffer {
  const egress = new Egress();
  return Buffer.concat([...parts.map((part) => Buffer.from(egress.push(part))), egress.end()]);
}

/** The hazard of smuggling (S1, S2): one end of data, at the end, for a strict and for a lenient receiver. */
function checkWire(wire: Buffer): void {
  const text = `\r\n${wire.toString('latin1')}`;
  hold(
    text.indexOf(END_OF_DATA) === text.length - END_OF_DATA.length,
    'exactly one CRLF.CRLF leaves, at the end',
  );
  hold(!/\r(?!\n)|(?<!\r)\n/.test(text), 'no bare CR or LF leaves');
  hold(!/[\r\n]\.[\r\n]/.test(text.slice(0, -END_OF_DATA.length)), 'no line but the last is a single dot');
}

export const target: Target = {
  name: 'smtp-reader',
  about: 'what comes after 354, through ingress, line ends and egress',
  sources: ['src/gate/ingress.ts', 'src/gate/line-ends.ts', 'src/gate/egress.ts'],
  dictionary: [
    '\r\n',
    '\n',
    '\r',
    '.',
    '..',
    '\r\n.\r\n',
    '\n.\n',
    '\n.\r\n',
    '\r.\r',
    '\r\r\n',
    '\0.',
    '\r\n..',
    'QUIT\r\n',
  ],
  pairs: [
    ['\r\n.', '\r\n'],
    ['\r', '\n'],
  ],
  maxBytes: 1_024,
  seeds: () =>
    [
      'Subject: a\r\n\r\nhello\r\n.\r\n',
      '..stuffed\r\n...\r\n.\r\nMAIL FROM:<a@example.org>\r\n',
      'bare\n.\nline\r.\rends\r\n.\r\n',
      `${'\r'.repeat(70)}\n.\r\n`,
      'no end',
    ].map((text) => Buffer.from(text, 'latin1')),
  run(input) {
    const whole = take([input]);
    same(take(bytesOf(input)), whole, 'how the bytes are split changes nothing on the way in');
    same(take(pieces(input)), whole, 'how the bytes are split changes nothing on the way in');
    hold(whole.message.length <= input.length, 'a message is not longer than what came');
    const wire = give([input]);
    hold(give(bytesOf(input)).equals(wire), 'how the bytes are split changes nothing on the way out');
    hold(give(pieces(input)).equals(wire), 'how the bytes are split changes nothing on the way out');
    hold(wire.length <= 2 * input.length + END_OF_DATA.length, 'what leaves is at most twice as long');
    checkWire(wire);
    const back = take([wire]);
    same(back.rest, Buffer.alloc(0), 'what leaves is read as one message, and nothing is left');
    same(back.facts, { ...back.facts, bareCr: 0, bareLf: 0 }, 'what leaves has no bare line ends');
    hold(give([back.message]).equals(wire), 'a message that is handed on leaves as it came');
  },
};
