import { ReplyReader } from '../../src/gate/next-hop/reply-reader.ts';
import { describeReply, isPositive, type Reply, wireLines } from '../../src/gate/reply.ts';
import { bytesOf, hold, pieces, same, type Target } from '../target.ts';

interface Heard {
  readonly replies: readonly Reply[];
  readonly failed: boolean;
}

/** The replies before the first that is none; the connection is closed there. */
function hear(parts: readonly Buffer[]): Heard {
  const reader = new ReplyReader();
  const replies: Reply[] = [];
  for (const part of parts) {
    try {
      replies.push(...reader.push(part));
    } catch (error) {
      hold(error instanceof Error && error.constructor === Error, 'what is no reply is refused with words');
      return { replies, failed: true };
    }
  }
  return { replies, failed: false };
}

function check(reply: Reply): void {
  hold(reply.code >= 200 && reply.code <= 599, 'a code is one of SMTP');
  hold(reply.lines.length >= 1 && reply.lines.length <= 128, 'a reply has 1 to 128 lines');
  for (const text of [...reply.lines, ...wireLines(reply), describeReply(reply)])
    hold(!/[\x00-\x1f\x7f]/.test(text), 'no text ends a line where it is passed on');
  hold(isPositive(reply) === reply.code < 400, 'a code says yes or no');
}

export const target: Target = {
  name: 'reply-reader',
  about: 'replies of the next hop',
  sources: ['src/gate/next-hop/reply-reader.ts', 'src/gate/reply.ts'],
  dictionary: [
    '250',
    '250-',
    '250 ',
    '354',
    '421 4.3.2 ',
    '550-5.1.1 ',
    '\r\n',
    '\n',
    '\r',
    '\0',
    '\x85',
    '\xc2\x85',
    '\xe2\x80\xa8',
    '2.0.0 ',
  ],
  pairs: [['250-', '\r\n']],
  maxBytes: 8_192,
  seeds: () =>
    [
      '220 mx.example ESMTP\r\n250-mx.example\r\n250-SIZE 1000\r\n250 8BITMIME\r\n',
      '250 2.1.0 ok\r\n550-5.1.1 no\r\n550 5.1.1 such user\r\n354\r\n',
      `${'250-a\r\n'.repeat(127)}250 a\r\n`,
      `250 ${'a'.repeat(4_000)}\r\n`,
    ].map((text) => Buffer.from(text, 'latin1')),
  run(input) {
    const whole = hear([input]);
    const slowly = hear(bytesOf(input));
    hold(hear(pieces(input)).failed === whole.failed, 'how the bytes are split changes no refusal');
    hold(slowly.failed === whole.failed, 'how the bytes are split changes no refusal');
    // A chunk that holds a mistake gives none of its replies: the connection ends.
    if (!whole.failed) same(slowly.replies, whole.replies, 'how the bytes are split changes no reply');
    for (const reply of slowly.replies) check(reply);
  },
};
