import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import type { Config } from '../../src/config/schema.ts';
import { FEATURES } from '../../src/detect/features/schema.ts';
import { inspect } from '../../src/inspect.ts';
import { decodeLine, encodeLine } from '../../src/ledger/line.ts';
import { type DecisionRecord, decisionRecord } from '../../src/ledger/record.ts';
import { bufferContent } from '../../src/mail/content.ts';
import { CLEAN_WIRE, type Mail } from '../../src/mail/mail.ts';
import { createMetrics } from '../../src/observe/metrics.ts';
import { keysOf, observationOf } from '../../src/reputation/learn.ts';
import { memoryReputation } from '../../src/reputation/memory.ts';
import { openReputation } from '../../src/reputation/open.ts';
import { observationOf as observationOfRecord } from '../../src/reputation/rebuild.ts';
import type { Reputation } from '../../src/reputation/reputation.ts';
import { type OpenInstruments, openInstruments } from '../../src/service/instruments.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const MINUTE_MS = 60_000;
const MAILS = 48;
const FEATURE_NAMES = FEATURES.map(({ name }) => name);
/** Batches of the store that end where the memory is in the midst of a day. */
const FLUSH_EVERY = 7;

let folder: string;
let config: Config;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'replay-'));
  const loaded = loadConfig(join(ROOT, 'config/postern.yaml'), {}).config;
  config = {
    ...loaded,
    detect: { ...loaded.detect, model: null },
    reputation: { ...loaded.reputation, store: 'sqlite', file: join(folder, 'memory.sqlite') },
  };
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Four correspondents over two months, in bursts and with pauses; every sixth message looks like an attack. */
function mailNumber(n: number): Mail {
  const who = ['ines@alderbooks.example', 'ole@ash.example', 'ines@a1derbooks.example', 'eve@quick.example'];
  const from = who[(n * 7) % who.length] ?? '';
  const at = new Date(Date.UTC(2026, 2, 1) + n * n * 37 * MINUTE_MS + (n % 5) * 1_117);
  const body =
    n % 6 === 5
      ? 'Your account is suspended. Urgent: pay invoice 2291 to our new bank details, sort code 20-00-00 account 22222222, and verify your password at http://192.0.2.9/login\r\n'
      : 'The invoice for May. Sort code 20-00-00 account 11111111. See https://lantern.example/x\r\n';
  const text =
    `From: "Ines Alder" <${from}>\r\nTo: bo@birch.example\r\nSubject: Note ${n}\r\nDate: ${at.toUTCString()}\r\n` +
    `X-Mailer: Post Writer ${n}\r\nMessage-ID: <${n}@${from.slice(from.indexOf('@') + 1)}>\r\n\r\n${body}`;
  const domain = from.slice(from.indexOf('@') + 1);
  const result = n % 11 === 10 ? 'fail' : 'pass';
  return {
    id: `replay-${n}`,
    receivedAt: at,
    envelope: {
      clientIp: `192.0.${n % 3}.7`,
      clientName: null,
      helo: `mx.${domain}`,
      mailFrom: from,
      rcptTo: n % 4 === 0 ? ['bo@birch.example', 'cy@birch.example'] : ['bo@birch.example'],
    },
    content: bufferContent(Buffer.from(text)),
    wire: CLEAN_WIRE,
    recordedAuthentication: {
      spf: { result, domain },
      dkim: [{ result, domain }],
      dmarc: { result, policy: 'none' },
    },
  };
}

async function withInstruments<T>(
  reputation: Reputation,
  work: (instruments: OpenInstruments) => Promise<T>,
): Promise<T> {
  const instruments = await openInstruments(config, { reputation, resolver: null });
  try {
    return await work(instruments);
  } finally {
    await instruments.close();
    await reputation.close();
  }
}

/** As a gate does: judge, log, learn; the store is written now and then. */
function live(): Promise<string[]> {
  const reputation = openReputation(config.reputation, createMetrics());
  return withInstruments(reputation, async (instruments) => {
    const lines: string[] = [];
    for (let n = 0; n < MAILS; n += 1) {
      const decision = await inspect(mailNumber(n), instruments);
      reputation.observe(observationOf(decision));
      const context = { gate: 'mx1', reply: { code: 250, text: 'taken' }, seconds: 0, nextHopSeconds: null };
      const reputationKeys = keysOf(decision);
      lines.push(
        encodeLine(decisionRecord(decision, { ...context, featureNames: FEATURE_NAMES, reputationKeys })),
      );
      if (n % FLUSH_EVERY === 0) await reputation.flush();
    }
    return lines;
  });
}

it('features of each message from a replay of the ledger equal those that were logged live, to the last bit', async () => {
  const records = (await live()).map((line) => decodeLine(line) as DecisionRecord);
  const reputation = memoryReputation(config.reputation);
  await withInstruments(reputation, async (instruments) => {
    for (const [n, record] of records.entries()) {
      const again = await inspect(mailNumber(n), instruments);
      const logged = FEATURE_NAMES.map((name) => record.features[name] ?? Number.NaN);
      expect([n, Float32Array.from(logged)]).toEqual([n, again.features]);
      expect(again.assessment.score).toBe(record.score);
      reputation.observe(observationOfRecord(record));
    }
  });
  // Else equal features would show nothing.
  const ofMemory = FEATURE_NAMES.filter((name) => /^(reputation|relationship)_/.test(name));
  const changing = ofMemory.filter((name) => new Set(records.map(({ features }) => features[name])).size > 1);
  expect(changing).toEqual(
    expect.arrayContaining([
      'reputation_domain_bad',
      'relationship_name_known_elsewhere',
      'relationship_domain_resembles',
      'relationship_new_account',
      'relationship_new_network',
      'relationship_sender_recipients',
      'relationship_link_recipients',
    ]),
  );
}, 60_000);
