import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bufferContent } from '../../src/mail/content.ts';
import { describeWith } from '../describe-with.ts';
import { evidenceOf } from '../evidence/message-factory.ts';
import { type Clamd, clamdRequirement, startClamd } from './servers/clamd.ts';

/** Nothing but this text is known to our signature; it does no harm. */
const MARK = 'postern-marks-this-file-for-its-own-test';
const LIMIT = 1_048_576;

const mail = (body: string) =>
  Buffer.from(
    `From: ann@shop.example\r\nTo: bob@example.com\r\nSubject: The file\r\nMIME-Version: 1.0\r\n${body}`,
  );
const plain = (text: string) => mail(`Content-Type: text/plain\r\n\r\n${text}\r\n`);
const attached = (text: string) =>
  mail(
    'Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nHere it is.\r\n' +
      '--b\r\nContent-Type: application/octet-stream; name=a.bin\r\nContent-Transfer-Encoding: base64\r\n' +
      `Content-Disposition: attachment; filename=a.bin\r\n\r\n${Buffer.from(text).toString('base64')}\r\n--b--\r\n`,
  );

describeWith(clamdRequirement, 'A real clamd', () => {
  let directory: string;
  let server: Clamd;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'postern-clamd-'));
    server = await startClamd(directory, { signatures: { 'Postern.Test.Mark': MARK }, maxBytes: LIMIT });
  }, 60_000);
  afterAll(async () => {
    await server?.stop();
    await rm(directory, { recursive: true });
  });

  const ask = async (bytes: Buffer, settings: { address?: string; maxBytes?: number } = {}) => {
    const clamd = { address: server.socket, timeoutMs: 20_000, maxBytes: LIMIT, ...settings };
    return (await evidenceOf({}, { mail: { content: bufferContent(bytes) }, options: { clamd } })).clamd;
  };
  const facts = { asked: true, whole: true };

  it('finds nothing in a harmless message, over its socket and over TCP', async () => {
    const clean = { status: 'ok', facts: { ...facts, infected: false, signature: '' } };
    expect(await ask(plain('The goods are on the way.'))).toEqual(clean);
    expect(await ask(plain('The goods are on the way.'), { address: server.address })).toEqual(clean);
  });

  it('names what it finds, in the text and in an attachment that it unpacks', async () => {
    const found = {
      status: 'ok',
      facts: { ...facts, infected: true, signature: 'Postern.Test.Mark.UNOFFICIAL' },
    };
    expect(await ask(plain(`See ${MARK}.`))).toEqual(found);
    expect(await ask(attached(MARK))).toEqual(found);
    expect(await ask(attached(MARK), { address: server.address })).toEqual(found);
  });

  it('is asked many times at once', async () => {
    const asked = Array.from({ length: 12 }, (_, at) =>
      ask(at % 2 === 0 ? attached(MARK) : attached('goods')),
    );
    const infected = (await Promise.all(asked)).map((clamd) => clamd.status === 'ok' && clamd.facts.infected);
    expect(infected).toEqual(asked.map((_, at) => at % 2 === 0));
  });

  it('takes a message of just its limit', async () => {
    const bytes = Buffer.concat([plain(MARK), Buffer.alloc(LIMIT, 'x')]).subarray(0, LIMIT);
    expect(await ask(bytes)).toMatchObject({ facts: { infected: true, whole: true } });
  });

  it('that takes less than we send is a failure, not a clean message', async () => {
    const bytes = Buffer.concat([plain('goods'), Buffer.alloc(4 * LIMIT, 'x')]);
    const failed = await ask(bytes, { maxBytes: 8 * LIMIT });
    expect(failed).toMatchObject({ status: 'failed', outcome: 'tag' });
  });

  it('is given the beginning of a longer message, and the rest is a shortfall', async () => {
    const bytes = Buffer.concat([plain('goods'), Buffer.alloc(LIMIT, 'x')]);
    expect(await ask(bytes)).toMatchObject({
      status: 'ok',
      facts: { infected: false, whole: false },
      shortfall: { reason: 'overBudget', outcome: 'tag' },
    });
  });
});
