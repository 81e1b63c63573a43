import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readFeedbackCsv } from '../../src/feedback/csv.ts';
import { matchDecision, RECENT_MS } from '../../src/feedback/match.ts';
import { attachedMessages, REPORTED_MESSAGES, readReported } from '../../src/feedback/reported.ts';
import { decisionRecord } from '../../src/ledger/record.ts';
import type { Ledger } from '../../src/ledger/writer.ts';
import { createMetrics } from '../../src/observe/metrics.ts';
import { exampleDecision, exampleMail } from '../ledger/example-decision.ts';
import { EXAMPLE_CONTEXT, exampleLedger } from '../ledger/example-ledger.ts';

const NOON = new Date('2026-03-01T12:00:00Z');

let folder: string;
let ledger: Ledger;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'postern-match-'));
  ledger = await exampleLedger(folder, createMetrics(), () => NOON);
});
afterEach(async () => {
  await ledger.close();
  await rm(folder, { recursive: true });
});

async function decided(changes: Parameters<typeof exampleDecision>[1], rcptTo = ['pat@example.org']) {
  const mail = exampleMail();
  const record = decisionRecord(
    exampleDecision({ ...mail, envelope: { ...mail.envelope, rcptTo } }, changes),
    EXAMPLE_CONTEXT,
  );
  await ledger.append(record);
  return record.id;
}

const message = (...lines: string[]) =>
  Buffer.from(['From: Orla <Orla@shop.example>', ...lines, '', 'Pay.'].join('\r\n'));
const match = async (raw: Buffer, reporter: string | null = null, now = NOON) =>
  matchDecision(folder, await readReported(raw), reporter, now);

describe('a reported message', () => {
  test('is not found by a Message-ID alone: another sender may have copied it', async () => {
    await decided({ from: 'eve@elsewhere.example' });
    expect(await match(message('Message-ID: <p1@shop.example>'))).toBeNull();
  });

  test('is that of the reporter, else of a recipient that it names, where it came several times', async () => {
    const pat = await decided({}, ['pat@example.org']);
    const sam = await decided({}, ['sam@example.org']);
    const raw = message('Message-ID: <p1@shop.example>', 'To: pat@example.org');
    expect((await match(raw, 'Sam@example.org'))?.decision.id).toBe(sam);
    expect((await match(raw, 'kim@example.org'))?.decision.id).toBe(pat);
  });

  test('is found by our own header where Message-ID and From agree with it, and never by the header alone', async () => {
    const id = await decided({});
    await decided({});
    const header = `X-Postern-Verdict: accept; category=none; score=0.010;\r\n\tid=${id}; model=none`;
    const found = await match(message(header, 'Message-ID: <p1@shop.example>'));
    expect(found).toMatchObject({ by: 'verdict_header', decision: { id } });
    expect(await match(message(header, 'Message-ID: <other@shop.example>'))).toBeNull();
  });

  test('without Message-ID is found by sender and subject', async () => {
    const id = await decided({ messageId: '' });
    expect(await match(message('Subject: Your parcel'))).toMatchObject({
      by: 'sender_and_subject',
      decision: { id },
    });
    expect(await match(message('Subject: Another'))).toBeNull();
  });

  test('with a date that lies is sought in the newest part of the ledger, and no further', async () => {
    await decided({});
    const raw = message('Message-ID: <p1@shop.example>', 'Date: Mon, 2 Jan 2017 09:00:00 +0000');
    expect(await match(raw, null, new Date(NOON.getTime() + RECENT_MS - 1))).not.toBeNull();
    expect(await match(raw, null, new Date(NOON.getTime() + RECENT_MS))).toBeNull();
    const honest = message('Message-ID: <p1@shop.example>', `Date: ${NOON.toUTCString()}`);
    expect(await match(honest, null, new Date(NOON.getTime() + 10 * RECENT_MS))).not.toBeNull();
  });
});

describe('messages of a report', () => {
  const part = (raw: string) => `--b\r\nContent-Type: message/rfc822\r\n\r\n${raw}\r\n`;
  const report = (parts: readonly string[]) =>
    Buffer.from(`Content-Type: multipart/mixed; boundary=b\r\n\r\n${parts.map(part).join('')}--b--\r\n`);

  test('come out as their bytes were, and those within them stay there', async () => {
    const inner =
      'Subject: outer\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\nx\r\n--c--';
    expect((await attachedMessages(report([inner]))).map(String)).toEqual([inner]);
  });

  test.each([-1, 0, 1])('are bounded: the limit and %i', async (more) => {
    const found = await attachedMessages(
      report(Array.from({ length: REPORTED_MESSAGES + more }, () => 'Subject: x\r\n\r\nx')),
    );
    expect(found).toHaveLength(Math.min(REPORTED_MESSAGES, REPORTED_MESSAGES + more));
  });

  test('of any bytes never throw', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        const raw = Buffer.concat([
          Buffer.from('Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n'),
          bytes,
        ]);
        await attachedMessages(raw);
        await readReported(Buffer.from(bytes));
      }),
      { numRuns: 200 },
    );
  });
});

describe('feedback as CSV', () => {
  const read = (text: string) => readFeedbackCsv(text, NOON);

  test('reads quotes, line ends of both kinds, a byte order mark, and columns in any order', () => {
    const { problems, rows } = read('\ufeffis,actor,id\r\nbec,"Lee ""L"", jr",X1\n\nnone,,X2');
    expect(problems).toEqual([]);
    expect(rows).toMatchObject([
      { line: 2, id: 'X1', is: 'bec', actor: 'Lee "L", jr', at: null },
      { line: 4, id: 'X2', is: 'none', actor: null },
    ]);
  });

  test('counts lines within quotes', () => {
    const { problems, rows } = read('id,is,actor\nX1,bec,"two\nlines"\nX2,boring,kim\n');
    expect(rows).toMatchObject([{ line: 2, actor: 'two\nlines' }]);
    expect(problems).toMatchObject([{ line: 4, problem: expect.stringMatching(/boring/) }]);
  });

  test.each([
    ['id,what\n', 1, /no column "what"/],
    ['id,actor\n', 1, /lacks the column is/],
    ['is\n', 1, /lacks the column id or message_id/],
    ['id,id,is\n', 1, /a column twice/],
    ['', 1, /lacks the column is/],
    ['id,is\nX\n', 2, /has 1 fields, the header has 2/],
    ['id,is\n,bec\n', 2, /neither id nor message_id/],
    ['id,is,at\nX,bec,soon\n', 2, /is no date/],
    ['id,is,at\nX,bec,2026-03-01T12:00:01Z\n', 2, /has not come yet/],
    ['id,is\n"X"y,bec\nX2,bec\n', 2, /has 0 fields/],
  ])('%j is wrong in line %i', (text, line, problem) => {
    expect(read(text).problems).toMatchObject([{ line, problem: expect.stringMatching(problem) }]);
  });

  test('of any text never throws and loses no line silently', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('X1,bec', '"a', 'b"', ',', '\r', '"",""', 'x"y'), { maxLength: 12 }),
        (lines) => {
          const { problems, rows } = read(`id,is\n${lines.join('\n')}`);
          if (lines.length > 0 && !lines.every((line) => line.trim() === ''))
            expect(problems.length + rows.length).toBeGreaterThan(0);
        },
      ),
    );
  });
});
