import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';
import { fileName } from '../../src/ledger/files.ts';
import { encodeLine } from '../../src/ledger/line.ts';
import type { LedgerRecord } from '../../src/ledger/record.ts';
import { createMetrics } from '../../src/observe/metrics.ts';
import type { ReputationKey } from '../../src/reputation/key.ts';
import { openReputation } from '../../src/reputation/open.ts';
import { rebuild } from '../../src/reputation/rebuild.ts';
import type { Observation } from '../../src/reputation/reputation.ts';

const DAY_MS = 86_400_000;
const NOW = new Date();
const daysAgo = (days: number) => new Date(NOW.getTime() - days * DAY_MS);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rebuild-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function configOf(addresses: 'plain' | 'hashed' = 'plain') {
  return configSchema.parse({
    reputation: { file: join(folder, 'memory.sqlite') },
    privacy: { addresses, keyFile: join(folder, 'key') },
    ledger: { directory: folder },
  });
}

function open(addresses: 'plain' | 'hashed' = 'plain') {
  const config = configOf(addresses);
  return openReputation(config.reputation, createMetrics(), undefined, config.privacy);
}

async function observed(observations: readonly Observation[], addresses: 'plain' | 'hashed' = 'plain') {
  const memory = open(addresses);
  for (const observation of observations) memory.observe(observation);
  await memory.close();
}

async function standing(key: ReputationKey, addresses: 'plain' | 'hashed' = 'plain') {
  const memory = open(addresses);
  try {
    const found = (await memory.lookup([key], NOW)).get(key);
    const { held, messages, outbound, reportedBad } = found ?? {};
    return found && rounded({ held, messages, outbound, reportedBad });
  } finally {
    await memory.close();
  }
}

/** Sums of weights are right up to their last digits. */
function rounded(counts: Readonly<Record<string, number | undefined>>) {
  return Object.fromEntries(
    Object.entries(counts).map(([name, count]) => [name, Math.round((count ?? 0) * 1e6) / 1e6]),
  );
}

/** What the memory reads of a record; the ledger has more in it. */
function write(records: readonly Partial<LedgerRecord>[]) {
  const lines = records.map((record) => encodeLine({ schema: 1, ...record } as LedgerRecord));
  writeFileSync(join(folder, fileName('decision', NOW)), lines.join(''));
}

const decision = (key: string, at: Date, verdict: 'accept' | 'quarantine' = 'accept') =>
  ({
    kind: 'decision',
    id: 'a',
    at: at.toISOString(),
    verdict,
    envelope: { clientIp: null, clientName: null, helo: null, mailFrom: null, rcptTo: ['bob@ours.example'] },
    reputationKeys: [key as ReputationKey],
  }) as const;

const rebuilt = (addresses: 'plain' | 'hashed' = 'plain', onBadLine = () => undefined) =>
  rebuild(configOf(addresses), { metrics: createMetrics(), onRecord: () => undefined, onBadLine });

it('folds decisions and feedback of the ledger, and counts nothing twice', async () => {
  await observed([
    { kind: 'decision', at: NOW, keys: ['domain:a.example'], verdict: 'accept', recipients: 1 },
    { kind: 'decision', at: NOW, keys: ['domain:b.example'], verdict: 'accept', recipients: 1 },
  ]);
  write([
    decision('domain:a.example', NOW),
    decision('domain:a.example', NOW, 'quarantine'),
    {
      kind: 'feedback',
      id: 'a',
      at: NOW.toISOString(),
      is: 'credential_phishing',
      reputationKeys: ['domain:a.example'],
    },
  ]);
  expect(await rebuilt()).toMatchObject({ decisions: 2, feedback: 1, kept: 0, notKept: null });
  const a = await standing('domain:a.example');
  expect([a?.messages, a?.held, a?.reportedBad]).toEqual([2, 1, 1]);
  expect(await standing('domain:b.example')).toBeUndefined();
});

it('keeps what our own mail taught, which the ledger does not have', async () => {
  await observed([
    { kind: 'outbound', at: NOW, keys: ['wrote:bob@partner.example', 'domain:ours.example'] },
    { kind: 'decision', at: NOW, keys: ['domain:ours.example'], verdict: 'accept', recipients: 1 },
  ]);
  write([decision('domain:ours.example', NOW)]);
  expect(await rebuilt()).toMatchObject({ kept: 2 });
  expect((await standing('wrote:bob@partner.example'))?.outbound).toBe(1);
  const own = await standing('domain:ours.example');
  expect([own?.messages, own?.outbound]).toEqual([1, 1]);
});

it('refuses while somebody has the file open, and leaves it as it is', async () => {
  const gate = open();
  gate.observe({ kind: 'outbound', at: NOW, keys: ['wrote:bob@partner.example'] });
  await gate.flush();
  write([decision('domain:a.example', NOW)]);
  await expect(rebuilt()).rejects.toThrow('memory.sqlite: another process has it open; stop the gate');
  await gate.close();
  expect((await standing('wrote:bob@partner.example'))?.outbound).toBe(1);
  expect(readdirSync(folder).filter((name) => name.includes('rebuilt'))).toEqual([]);
});

it('makes names and addresses hashes where the configuration says so now', async () => {
  await observed([{ kind: 'outbound', at: NOW, keys: ['wrote:bob@partner.example'] }]);
  write([decision('address:ada@example.org', NOW)]);
  expect(await rebuilt('hashed')).toMatchObject({ kept: 1, notKept: null });
  expect((await standing('wrote:bob@partner.example', 'hashed'))?.outbound).toBe(1);
  expect((await standing('address:ada@example.org', 'hashed'))?.messages).toBe(1);
});

it('goes back to plain from the ledger, and says that hashes cannot be kept', async () => {
  await observed([{ kind: 'outbound', at: NOW, keys: ['wrote:bob@partner.example'] }], 'hashed');
  write([decision('address:ada@example.org', NOW)]);
  expect(await rebuilt()).toMatchObject({
    kept: 0,
    notKept: expect.stringContaining('keeps addresses hashed'),
  });
  expect((await standing('address:ada@example.org'))?.messages).toBe(1);
});

it('takes the place of a damaged file', async () => {
  writeFileSync(configOf().reputation.file, 'no database '.repeat(1_000));
  write([decision('domain:a.example', NOW)]);
  expect(await rebuilt()).toMatchObject({ decisions: 1, notKept: expect.stringContaining('damaged') });
  expect((await standing('domain:a.example'))?.messages).toBe(1);
});

it('makes a file where there is none, for its owner alone', async () => {
  write([decision('domain:a.example', NOW)]);
  await rebuilt();
  expect(statSync(configOf().reputation.file).mode & 0o777).toBe(0o600);
  expect(existsSync(`${configOf().reputation.file}.rebuilt`)).toBe(false);
});

it.each([
  [359, true],
  [361, false],
])('who was last seen %i days ago, of a half-life of 30, is remembered: %s', async (days, remembered) => {
  write([decision('domain:old.example', daysAgo(days)), decision('domain:new.example', NOW)]);
  await rebuilt();
  expect((await standing('domain:old.example')) !== undefined).toBe(remembered);
  expect(await standing('domain:new.example')).toBeDefined();
});

it('does not replace a memory by that of an empty ledger', async () => {
  await observed([{ kind: 'outbound', at: NOW, keys: ['wrote:bob@partner.example'] }]);
  await expect(rebuilt()).rejects.toThrow('has no decision to rebuild from');
  expect((await standing('wrote:bob@partner.example'))?.outbound).toBe(1);
});

it('passes over keys of a kind that it does not know', async () => {
  write([decision('planet:mars', NOW), decision('domain:a.example', NOW)]);
  expect(await rebuilt()).toMatchObject({ decisions: 2 });
});
