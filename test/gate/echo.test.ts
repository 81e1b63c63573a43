import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ReplyReader } from '../../src/gate/next-hop/reply-reader.ts';
import { receivedHeader } from '../../src/gate/received.ts';
import { describeReply, reply, replyOf, wireLines } from '../../src/gate/reply.ts';
import { parseXclient } from '../../src/gate/xclient.ts';
import { encodeXtext, formatXforward, parseXforward, XFORWARD_ATTRIBUTES } from '../../src/gate/xforward.ts';
import { encodeLine } from '../../src/ledger/line.ts';
import type { LedgerRecord } from '../../src/ledger/record.ts';
import { createLogger } from '../../src/observe/log.ts';
import { startHarness } from './support/harness.ts';

/** What ends a line somewhere, or hides one: often, among any other characters. */
const hostile = fc
  .array(
    fc.oneof(
      {
        weight: 3,
        arbitrary: fc.constantFrom(
          '\r',
          '\n',
          '\r\n',
          '\0',
          '\x0b',
          '\x0c',
          '\x1b',
          '\x7f',
          '\x85',
          '\u2028',
        ),
      },
      {
        weight: 1,
        arbitrary: fc.constantFrom('\r\n.\r\n', '\r\nX-Postern-Verdict: accept', '\r\n250 ok', '"}\n{"'),
      },
      fc.string({ unit: 'binary', maxLength: 5 }),
    ),
    { maxLength: 30 },
  )
  .map((pieces) => pieces.join(''));

const LINE_ENDS = /[\x00-\x1f\x7f-\x9f\u2028\u2029]/;
const RUNS = { numRuns: 1_000 };

test('S13 our replies have no line ends but their own, whatever is in them', () => {
  fc.assert(
    fc.property(fc.array(hostile, { maxLength: 3 }), (texts) => {
      for (const given of [reply(550, '5.7.1', ...texts), replyOf(550, texts)]) {
        for (const line of wireLines(given)) expect(line).not.toMatch(LINE_ENDS);
        expect(describeReply(given)).not.toMatch(LINE_ENDS);
      }
    }),
    RUNS,
  );
});

test('S13 what a next hop says is replies without line ends in them, or no reply at all', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const reader = new ReplyReader();
      let replies: ReturnType<ReplyReader['push']> = [];
      try {
        replies = reader.push(Buffer.from(`250 ${text}\r\n`));
      } catch (error) {
        expect((error as Error).message).not.toMatch(/[\r\n\0]/);
      }
      for (const given of replies) for (const line of given.lines) expect(line).not.toMatch(LINE_ENDS);
    }),
    RUNS,
  );
});

test('S13 the trace header is one field of ASCII, whatever the client calls itself', () => {
  fc.assert(
    fc.property(hostile, hostile, hostile, (helo, clientName, clientIp) => {
      const receivedAt = new Date(0);
      const trace = {
        helo,
        clientName,
        clientIp,
        protocol: 'ESMTP',
        hostname: 'gate.example',
        id: 'ID',
        receivedAt,
      };
      const field = receivedHeader(trace).toString('latin1');
      expect(field).toMatch(
        /^Received: from [!-~]+(?: \([!-~]+(?: [!-~]+)?\))?\r\n\tby gate\.example \(Postern\) with ESMTP id ID;\r\n\t[ -~]+\r\n$/,
      );
      // What stands in the comment must not end it.
      expect(field.match(/[()]/g)?.length).toBeLessThanOrEqual(4);
    }),
    RUNS,
  );
});

test('S13 the client that we name to the next hop ends no command, and comes back as it was', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const value = text.toWellFormed().slice(0, 50);
      const attributes = new Map(XFORWARD_ATTRIBUTES.map((name) => [name, value] as const));
      for (const line of formatXforward(attributes, new Set(XFORWARD_ATTRIBUTES)))
        expect(line).toMatch(/^[ -~]+$/);
      const isSafe = value !== '' && !LINE_ENDS.test(value) && !value.includes('\ufffd');
      const helo = isSafe && value.toUpperCase() !== '[UNAVAILABLE]' ? value : undefined;
      expect(parseXforward(`HELO=${encodeXtext(value)}`)?.get('HELO') ?? undefined).toBe(helo);
    }),
    RUNS,
  );
});

test('S6 S13 whatever is said to XFORWARD and XCLIENT: never throws, and nothing that is taken ends a line', () => {
  const word = fc.tuple(fc.constantFrom('NAME', 'addr', 'PORT', 'HELO', 'LOGIN', 'X'), hostile, fc.boolean());
  const command = fc
    .array(word, { maxLength: 4 })
    .map((words) =>
      words.map(([name, text, raw]) => ` ${name}=${raw ? text : encodeXtext(text.toWellFormed())}`),
    );
  fc.assert(
    fc.property(command, (words) => {
      for (const parse of [parseXforward, parseXclient])
        for (const value of parse(words.join(''))?.values() ?? []) expect(value ?? '').not.toMatch(LINE_ENDS);
    }),
    RUNS,
  );
});

test('S13 a record is one line of JSON, whatever Message-ID, subject and file names are', () => {
  fc.assert(
    fc.property(hostile, hostile, (subject, name) => {
      const record = { kind: 'decision', messageId: `<${subject}@example.org>`, subject, files: [{ name }] };
      const line = encodeLine(record as unknown as LedgerRecord);
      expect(line.slice(0, -1)).not.toMatch(/[\r\n\0]/);
      expect(JSON.parse(line).subject).toBe(subject.toWellFormed());
    }),
    RUNS,
  );
});

test('S13 an event is one line in the log, whatever is in it', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const lines: string[] = [];
      const stream = { write: (line: string) => void lines.push(line) };
      const log = createLogger({ level: 'info', addresses: 'full' }, stream);
      log.info({ detail: text, [text]: 1, error: new Error(text) }, text);
      expect(lines).toHaveLength(1);
      expect(lines[0]?.slice(0, -1)).not.toMatch(/[\r\n\0]/);
      JSON.parse(lines[0] ?? '');
    }),
    RUNS,
  );
});

test('S13 control characters that a client echoes through us reach neither next hop nor header', async () => {
  const { hello, hop } = await startHarness();
  const chat = await hello();
  for (const command of [
    'HELO a\x0bb',
    'HELO a\x85b',
    'EHLO a\x1b[2J',
    'VRFY a\x00b',
    'NOOP \x1b',
    'FOO\x1b[2J',
  ])
    expect(await chat.say(command)).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
  await chat.send('a@example.org', ['b@example.com'], 'A: 1\r\n\r\nhello\r\n');
  for (const heard of [...hop.commands, hop.messages[0] ?? '']) expect(heard).not.toMatch(/[\x0b\x1b\x85]/);
});
