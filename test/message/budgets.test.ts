import { describe, expect, it } from 'vitest';
import { bufferContent } from '../../src/mail/content.ts';
import type { BudgetName } from '../../src/message/message.ts';
import { DEFAULT_BUDGETS, parse } from '../../src/message/parse.ts';
import { file, mail, multipart, read, zip } from './build.ts';

interface Case {
  readonly budget: BudgetName;
  /** A message that uses exactly `limit` units of the budget. */
  readonly limit: number;
  readonly message: Buffer;
}

function nested(levels: number): string {
  let part = 'Content-Type: text/plain\r\n\r\nx';
  for (let level = levels; level > 0; level--) {
    part = `Content-Type: multipart/mixed; boundary=level${level}x\r\n\r\n${multipart(`level${level}x`, [part])}`;
  }
  return part;
}

const many = (count: number, make: (index: number) => string) =>
  Array.from({ length: count }, (_, at) => make(at));
const mixed = (parts: readonly string[]) =>
  mail(['Content-Type: multipart/mixed; boundary=b'], multipart('b', parts));
const plain = mail([], 'x'.repeat(50));
const html = (body: string) => mail(['Content-Type: text/html'], body);

const CASES: readonly Case[] = [
  { budget: 'inspectBytes', limit: plain.length, message: plain },
  { budget: 'headerBytes', limit: plain.length - 50, message: plain },
  { budget: 'headerFields', limit: 5, message: mail(['X-A: b', 'X-B: c'], 'x') },
  { budget: 'parts', limit: 4, message: mixed(many(3, () => '\r\nx')) },
  { budget: 'depth', limit: 3, message: Buffer.from(nested(3)) },
  { budget: 'decodedBytes', limit: 50, message: plain },
  { budget: 'textChars', limit: 50, message: plain },
  { budget: 'htmlChars', limit: 20, message: html(`<p>${'x'.repeat(17)}`) },
  { budget: 'htmlNodes', limit: 6, message: html('<p>a</p><p>b</p>') },
  { budget: 'links', limit: 3, message: mail([], many(3, (at) => `http://h${at}.example/`).join(' ')) },
  {
    budget: 'attachments',
    limit: 3,
    message: mixed(many(3, (at) => file('application/x', `${at}.bin`, `${at}`))),
  },
  {
    budget: 'archiveEntries',
    limit: 4,
    message: mixed([
      file('application/zip', 'a.zip', zip(['1', '2'])),
      file('application/zip', 'b.zip', zip(['3', '4'])),
    ]),
  },
];

describe('a budget', () => {
  for (const { budget, limit, message } of CASES) {
    it(`of ${budget} is hit one below what the message needs, not at it or above`, async () => {
      expect((await read(message, { [budget]: limit - 1 })).overBudget).toContain(budget);
      expect((await read(message, { [budget]: limit })).overBudget).toEqual([]);
      expect((await read(message, { [budget]: limit + 1 })).overBudget).toEqual([]);
    });
  }

  it('has a case for every name', () => {
    expect(CASES.map((each) => each.budget).sort()).toEqual(Object.keys(DEFAULT_BUDGETS).sort());
  });

  it('that is hit leaves what was read before', async () => {
    const message = await read(mixed(['\r\nfirst', '\r\nsecond', '\r\nthird']), { parts: 3 });
    expect(message.text).toBe('first\nsecond');
  });

  it('of bytes lets only the first of them be read', async () => {
    const asked: number[] = [];
    const content = bufferContent(plain);
    const counting = {
      ...content,
      head: (limit: number) => {
        asked.push(limit);
        return content.head(limit);
      },
    };
    await parse(counting, { ...DEFAULT_BUDGETS, inspectBytes: 90 });
    expect(asked).toEqual([90]);
  });
});
