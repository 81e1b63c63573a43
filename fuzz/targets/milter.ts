import { encodeAnswer } from '../../src/gate/milter/answer.ts';
import { encodeFrame, type Frame, FrameReader, MAX_FRAME_BYTES } from '../../src/gate/milter/frame.ts';
import { negotiate } from '../../src/gate/milter/negotiation.ts';
import { decodePacket } from '../../src/gate/milter/packet.ts';
import { reply } from '../../src/gate/reply.ts';
import { bytesOf, hold, pieces, same, type Target } from '../target.ts';

function hear(parts: readonly Buffer[]) {
  const reader = new FrameReader();
  const frames: Frame[] = [];
  let badLength: number | null = null;
  for (const part of parts) {
    const read = reader.push(Buffer.from(part));
    frames.push(...read.frames);
    badLength = read.badLength;
  }
  return { frames, badLength };
}

/** What an answer says, as the mail server reads it: one frame. */
function checkAnswer(bytes: Buffer): void {
  const { frames, badLength } = hear([bytes]);
  hold(badLength === null && frames.length === 1, 'an answer is one frame');
}

function checkPacket(frame: Frame): void {
  const packet = decodePacket(frame);
  same(decodePacket(frame), packet, 'the same frame is read alike twice');
  if (packet === null) return;
  if (packet.kind === 'header') {
    const { name, value } = packet;
    hold(name.length + value.length + 2 === frame.data.length, 'a header keeps all of its bytes (M5)');
    checkAnswer(
      encodeAnswer({
        kind: 'insertHeader',
        index: 0,
        name: name.toString('latin1'),
        value: value.toString('latin1'),
      }),
    );
  }
  if (packet.kind === 'recipient')
    for (const path of packet.arguments) checkAnswer(encodeAnswer({ kind: 'deleteRecipient', path }));
  if (packet.kind === 'helo')
    checkAnswer(encodeAnswer({ kind: 'reply', reply: reply(550, '5.7.1', packet.name) }));
  if (packet.kind !== 'negotiate') return;
  for (const quarantine of ['postern', 'mta'] as const) {
    const agreed = negotiate(packet, quarantine);
    hold((agreed === null) === packet.version < 2, 'only versions below 2 are refused (M3)');
    if (agreed?.answer.kind !== 'negotiate') continue;
    const { version, actions, steps } = agreed.answer;
    hold(version <= Math.min(packet.version, 6), 'the lower version is taken');
    hold(
      (actions & ~packet.actions) === 0 && (steps & ~packet.steps) === 0,
      'what was not offered is not asked for (M3)',
    );
    checkAnswer(encodeAnswer(agreed.answer));
  }
}

const frame = (code: string, data: string): string =>
  encodeFrame({ code, data: Buffer.from(data, 'latin1') }).toString('latin1');

export const target: Target = {
  name: 'milter',
  about: 'frames and packets of a mail server that speaks milter',
  sources: [
    'src/gate/milter/frame.ts',
    'src/gate/milter/packet.ts',
    'src/gate/milter/negotiation.ts',
    'src/gate/milter/answer.ts',
  ],
  dictionary: [
    '\0\0\0\0',
    '\0\0\0\x01',
    '\x80\0\0\0',
    '\xff\xff\xff\xff',
    '\0\x10\0\0',
    '\0\x10\0\x01',
    '\0\0\0\x0dO',
    ...[...'OCDHMRTLNBEAQKU'].map((code) => frame(code, '')),
    frame('L', 'Subject\0 a\0'),
    frame('C', 'mx.example\x004\x00\x19192.0.2.1\0'),
    '{client_addr}\0',
    '\0',
    '<a@example.org>\0',
    'SIZE=1\0',
  ],
  pairs: [
    [frame('B', ''), ''],
    ['\0\0\0\x10L', '\0'],
  ],
  maxBytes: 1_024,
  seeds: () =>
    [
      `${frame('O', '\0\0\0\x06\0\0\x01\xff\0\x1f\xff\xff')}${frame('D', 'Cj\0mx.example\0{x}\0')}${frame('C', 'a.example\x006\x00\x19IPv6:::1\0')}${frame('H', 'a.example\0')}`,
      `${frame('M', '<a@example.org>\0SIZE=1\0')}${frame('R', '<b@example.net>\0')}${frame('T', '')}${frame('L', 'From\0 a\n b\0')}${frame('N', '')}${frame('B', 'x\r\n')}${frame('E', '')}`,
      `${frame('C', 'a\0U')}${frame('A', '')}${frame('K', '')}${frame('Q', '')}\0\0\0\0`,
      frame('O', '\0\0\0\x02\0\0\0\x3f\0\0\0\x7f'),
    ].map((text) => Buffer.from(text, 'latin1')),
  run(input) {
    const whole = hear([input]);
    same(hear(bytesOf(input)), whole, 'how the bytes are split changes nothing (M1)');
    same(hear(pieces(input)), whole, 'how the bytes are split changes nothing (M1)');
    const { frames, badLength } = whole;
    hold(
      badLength === null || badLength === 0 || badLength > MAX_FRAME_BYTES,
      'only a length that no frame has is refused',
    );
    const again = Buffer.concat(frames.map(encodeFrame));
    hold(again.equals(input.subarray(0, again.length)), 'frames are what came');
    for (const one of frames) checkPacket(one);
  },
};
