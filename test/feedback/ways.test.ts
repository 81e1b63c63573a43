import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';
import { type Case, readCase } from '../../src/lab/cases/case.ts';
import { CaseStore } from '../../src/lab/cases/store.ts';
import { readLedger } from '../../src/ledger/reader.ts';
import { decisionRecord, type FeedbackRecord } from '../../src/ledger/record.ts';
import type { Ledger } from '../../src/ledger/writer.ts';
import { newMailId } from '../../src/mail/id.ts';
import { createMetrics, type Metrics } from '../../src/observe/metrics.ts';
import { openQuarantine } from '../../src/quarantine/disk.ts';
import { memoryReputation } from '../../src/reputation/memory.ts';
import type { Reputation } from '../../src/reputation/reputation.ts';
import { type FeedbackWays, startFeedback } from '../../src/service/start-feedback.ts';
import { EXAMPLE_BYTES, exampleDecision, exampleMail } from '../ledger/example-decision.ts';
import { EXAMPLE_CONTEXT, exampleLedger, keepingLogger } from '../ledger/example-ledger.ts';
import { BrokenOff, SmtpClient } from '../system/smtp-client.ts';

const REPORTED = EXAMPLE_BYTES.toString().replace('To:', 'Message-ID: <p1@shop.example>\r\nTo:');
const TOKEN = 'a-token-of-some-length';

let folder: string;
let metrics: Metrics;
let ledger: Ledger;
let reputation: Reputation;
let ways: FeedbackWays;
let id: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'postern-ways-'));
  metrics = createMetrics();
  ledger = await exampleLedger(join(folder, 'ledger'), metrics, () => new Date());
  reputation = memoryReputation({ halfLifeDays: 30, burstHalfLifeMinutes: 10 });
  id = newMailId(Date.parse('2026-03-01T12:00:00Z'));
  await ledger.append(
    decisionRecord(exampleDecision(exampleMail({ id }), { verdict: 'accept' }), EXAMPLE_CONTEXT),
  );
  await writeFile(join(folder, 'tokens'), `# who may\nhelpdesk ${TOKEN}\n`);
  ways = await start();
});

afterEach(async () => {
  await ways.close();
  await ledger.close();
  await rm(folder, { recursive: true });
});

async function start(mailbox: Record<string, unknown> = {}): Promise<FeedbackWays> {
  const config = configSchema.parse({
    identity: { ownDomains: ['example.org'] },
    feedback: {
      mailbox: { listen: ['127.0.0.1:0'], ...mailbox },
      http: { listen: '127.0.0.1:0', tokens: join(folder, 'tokens') },
      cases: join(folder, 'cases'),
    },
    quarantine: { directory: join(folder, 'quarantine') },
  });
  const quarantine = await openQuarantine(config, metrics);
  const running = await startFeedback({
    config,
    stores: { directory: join(folder, 'ledger'), ledger, reputation },
    quarantine,
    hostname: 'gate.example',
    privileged: null,
    metrics,
    log: keepingLogger().log,
  });
  return {
    ...running,
    close: async () => {
      await running.close();
      await quarantine.close();
    },
  };
}

interface Envelope {
  readonly from?: string;
  readonly to?: readonly string[];
}

/** The last reply of a transaction: that to the message, or the first refusal. */
async function mail(bytes: string, { from = 'pat@example.org', to = ['abuse@example.org'] }: Envelope = {}) {
  const client = await SmtpClient.open(ways.mailbox[0]?.port ?? 0);
  try {
    for (const line of [`MAIL FROM:<${from}>`, ...to.map((one) => `RCPT TO:<${one}>`), 'DATA']) {
      const reply = await client.command(line);
      if (reply.code >= 400) return reply;
    }
    return await client.command(`${bytes.replace(/^\./gm, '..')}\r\n.`);
  } finally {
    client.close();
  }
}

const TYPES = {
  attached: 'Content-Type: message/rfc822\r\n',
  file: 'Content-Type: application/octet-stream; name="seen.eml"\r\nContent-Transfer-Encoding: base64\r\n',
};

function forwarded(messages: readonly string[], how: keyof typeof TYPES = 'attached'): string {
  const part = (message: string) =>
    `--b\r\n${TYPES[how]}\r\n${how === 'file' ? Buffer.from(message).toString('base64') : message}\r\n`;
  return `From: pat@example.org\r\nSubject: Fwd\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nlook\r\n${messages.map(part).join('')}--b--\r\n`;
}

/** What people said, once everything that came is settled. */
async function said(): Promise<FeedbackRecord[]> {
  await ways.close();
  const found = await Array.fromAsync(readLedger(join(folder, 'ledger'), { kind: 'feedback' }));
  ways = await start();
  return found;
}

const cases = async (): Promise<Case[]> =>
  (await CaseStore.open(join(folder, 'cases'))).list((error) => {
    throw error;
  });

describe('the mailbox', () => {
  test.each(['attached', 'file'] as const)('takes a forwarded message, %s', async (how) => {
    expect((await mail(forwarded([REPORTED], how))).code).toBe(250);
    expect(await said()).toMatchObject([
      // Scam is what was thought most likely of it.
      { id, is: 'scam', actor: 'pat@example.org', surface: 'mailbox', strength: 'strong' },
    ]);
    expect(await cases()).toMatchObject([{ state: 'found', matchedBy: 'message_id', decisionId: id }]);
  });

  test('takes the word of somebody who did not get the message for less', async () => {
    await mail(forwarded([REPORTED]), { from: 'kim@example.org', to: ['notspam@example.org'] });
    expect(await said()).toMatchObject([{ is: 'none', actor: 'kim@example.org', strength: 'weak' }]);
    const known = await reputation.lookup(EXAMPLE_CONTEXT.reputationKeys, new Date());
    expect(known.size).toBe(0);
  });

  test('takes a category with the address', async () => {
    await mail(forwarded([REPORTED]), { to: ['abuse+invoice-fraud@example.org'] });
    expect(await said()).toMatchObject([{ is: 'invoice_fraud' }]);
    expect((await mail(forwarded([REPORTED]), { to: ['abuse+boring@example.org'] })).code).toBe(550);
  });

  test('counts the same report once, and keeps one of a message that is not in the ledger', async () => {
    const unknown = REPORTED.replace('p1@', 'p2@');
    await mail(forwarded([REPORTED, unknown]));
    await mail(forwarded([REPORTED, unknown]));
    expect(await said()).toHaveLength(1);
    expect((await cases()).map((one) => one.state).sort()).toEqual(['found', 'unknown']);
    expect(await readdir(join(folder, 'cases'))).toHaveLength(4);
    const outcomes = (await metrics.reports.get()).values.map(({ labels, value }) => [labels.outcome, value]);
    expect(outcomes).toEqual(
      expect.arrayContaining([
        ['found', 1],
        ['unknown', 1],
        ['repeated', 2],
      ]),
    );
  });

  test('answers a forward without attachment with what to do, and counts it', async () => {
    const inline = 'From: pat@example.org\r\nSubject: Fwd\r\n\r\n> Pay the fee.';
    expect(await mail(inline)).toMatchObject({ code: 554, text: expect.stringMatching(/as an attachment/) });
    expect(await cases()).toEqual([]);
    expect((await metrics.reports.get()).values).toMatchObject([
      { value: 1, labels: { surface: 'mailbox', outcome: 'unusable' } },
    ]);
  });

  test.each([
    [{ from: 'eve@elsewhere.example' }, 550],
    [{ from: '' }, 550],
    [{ to: ['root@example.org'] }, 550],
    [{ to: ['abuse@example.org', 'notspam@example.org'] }, 452],
  ])('refuses %j with %i', async (envelope, code) => {
    expect((await mail(forwarded([REPORTED]), envelope)).code).toBe(code);
  });

  test('refuses hosts that are not listed', async () => {
    await ways.close();
    ways = await start({ clients: ['192.0.2.1'] });
    await expect(SmtpClient.open(ways.mailbox[0]?.port ?? 0)).rejects.toThrow(BrokenOff);
  });

  test('looks at the start at what an earlier process only received', async () => {
    await mail(forwarded([REPORTED]));
    await ways.close();
    const [one] = await cases();
    const store = await CaseStore.open(join(folder, 'cases'));
    if (one !== undefined)
      await store.save({ ...one, state: 'received', decisionId: null, feedbackId: null });
    ways = await start();
    expect(await said()).toHaveLength(1);
    expect(await cases()).toMatchObject([{ state: 'found', decisionId: id }]);
  });
});

describe('HTTP', () => {
  const request = (body: unknown, { token = TOKEN, method = 'POST', path = '' } = {}) =>
    fetch(`http://127.0.0.1:${ways.http?.port}/v1/feedback${path}`, {
      method,
      headers: { authorization: `Bearer ${token}` },
      ...(method === 'POST' ? { body: typeof body === 'string' ? body : JSON.stringify(body) } : {}),
    });

  test('takes an id, a message in base64, and a raw message', async () => {
    const byId = await request({ id, is: 'bec' });
    expect([byId.status, await byId.json()]).toMatchObject([200, { id, state: 'found', repeated: false }]);
    for (const body of [
      { message: Buffer.from(REPORTED).toString('base64'), is: 'bec' },
      { raw: REPORTED, is: 'bec' },
    ])
      expect(await (await request(body)).json()).toMatchObject({ id, repeated: true });
    expect(await said()).toMatchObject([
      { actor: 'helpdesk', surface: 'http', is: 'bec', strength: 'strong' },
    ]);
  });

  test('takes back what was said', async () => {
    const { feedbackId } = (await (await request({ id, is: 'bec' })).json()) as { feedbackId: string };
    const undone = await request(null, { method: 'DELETE', path: `/${feedbackId}` });
    expect(await undone.json()).toMatchObject({ id, retracts: feedbackId });
    expect((await request(null, { method: 'DELETE', path: `/${newMailId()}` })).status).toBe(404);
  });

  test('wants a token that is known', async () => {
    const answer = await request({ id, is: 'bec' }, { token: `${TOKEN}x` });
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    expect(await said()).toEqual([]);
  });

  test.each([['{'], [{ id: 'x' }], [{ id: 'x', is: 'boring' }], [{ id: 'x', message: 'eA==', is: 'bec' }]])(
    'answers %j with 400',
    async (body) => {
      expect((await request(body)).status).toBe(400);
    },
  );

  test('says what it does not know: 404 for an id, 202 and a case for a message', async () => {
    expect((await request({ id: newMailId(), is: 'bec' })).status).toBe(404);
    const unknown = await request({ raw: REPORTED.replace('p1@', 'p3@'), is: 'bec' });
    expect([unknown.status, await unknown.json()]).toMatchObject([
      202,
      { state: 'unknown', feedbackId: null },
    ]);
  });

  test('without tokens is refused at the start', async () => {
    await writeFile(join(folder, 'tokens'), 'helpdesk short\n');
    await expect(start()).rejects.toThrow(/tokens:1: the token has fewer than 16 characters/);
  });
});

test('a case that is no case is named', () => {
  expect(() => readCase('{"schema":1}')).toThrow();
});
