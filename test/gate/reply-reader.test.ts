import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ReplyReader } from '../../src/gate/next-hop/reply-reader.ts';

test('replies are read however they are split', () => {
  const text = '250-first\r\n250 2.1.0 sécond\r\n550-5.1.1 no\r\n550 5.1.1 really\r\n354\r\n';
  const expected = [
    { code: 250, enhanced: null, lines: ['first', '2.1.0 sécond'] },
    { code: 550, enhanced: '5.1.1', lines: ['no', 'really'] },
    { code: 354, enhanced: null, lines: [''] },
  ];
  const bytes = Buffer.from(text);
  for (let size = 1; size <= bytes.length; size++) {
    const reader = new ReplyReader();
    const replies = [];
    for (let at = 0; at < bytes.length; at += size)
      replies.push(...reader.push(bytes.subarray(at, at + size)));
    expect(replies).toEqual(expected);
    expect(reader.isEmpty).toBe(true);
  }
});

test.each(['hello\r\n', '25 a\r\n', '250x\r\n', '150 a\r\n', '250-a\r\n251 b\r\n', '\r\n'])(
  '%j is no reply',
  (text) => {
    expect(() => new ReplyReader().push(Buffer.from(text))).toThrow();
  },
);

test.each([
  [4096, false],
  [4097, true],
])('a line of %i characters', (length, throws) => {
  const line = Buffer.from(`250 ${'a'.repeat(length - 5)}\r\n`);
  const read = () => new ReplyReader().push(line.subarray(0, length));
  const readWhole = () => new ReplyReader().push(line);
  if (throws) expect(read).toThrow();
  else expect(readWhole()).toHaveLength(1);
});

test.each([
  [128, false],
  [129, true],
])('a reply of %i lines', (count, throws) => {
  const read = () => new ReplyReader().push(Buffer.from(`${'250-a\r\n'.repeat(count - 1)}250 a\r\n`));
  if (throws) expect(read).toThrow();
  else expect(read()).toHaveLength(1);
});

test('no reply that was read can end a line when it is passed on', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const replies = new ReplyReader().push(Buffer.from(`250 ${text.replaceAll('\n', '')}\n`));
      for (const reply of replies)
        for (const line of reply.lines) expect(line).not.toMatch(/[\x00-\x1f\x7f]/);
    }),
  );
});
