import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../../src/config/load.ts';
import type { Config } from '../../../src/config/schema.ts';
import { FEATURES } from '../../../src/detect/features/schema.ts';
import { inspect } from '../../../src/inspect.ts';
import { type DecisionRecord, decisionRecord } from '../../../src/ledger/record.ts';
import { openLedger } from '../../../src/ledger/writer.ts';
import { findMail, readMail } from '../../../src/mail/files.ts';
import { newMailId } from '../../../src/mail/id.ts';
import { createMetrics } from '../../../src/observe/metrics.ts';
import { keysOf, observationOf } from '../../../src/reputation/learn.ts';
import { memoryReputation } from '../../../src/reputation/memory.ts';
import { openInstruments } from '../../../src/service/instruments.ts';
import { keepingLogger } from '../../ledger/example-ledger.ts';

const ROOT = join(import.meta.dirname, '../../..');
const NAMES = FEATURES.map(({ name }) => name);
const START = Date.UTC(2026, 2, 1, 12);
const MINUTE_MS = 60_000;

export interface RealLedger {
  /** With the folders `ledger`, `mail` (raw, `<id>.eml`) and `rules` (a copy of the shipped ones). */
  readonly folder: string;
  readonly config: Config;
  readonly records: readonly DecisionRecord[];
  remove(): Promise<void>;
}

/** The demo's messages, so many times, through inspection as a gate has it, learning from each before the next, into a ledger: two a minute. */
export async function realLedger(
  change: (config: Config) => Config = (same) => same,
  rounds = 1,
): Promise<RealLedger> {
  const folder = await mkdtemp(join(tmpdir(), 'replay-'));
  await cp(join(ROOT, 'config/rules'), join(folder, 'rules'), { recursive: true });
  const shipped = loadConfig(join(ROOT, 'config/postern.yaml'), {}).config;
  const config = change({
    ...shipped,
    detect: {
      ...shipped.detect,
      rules: [join(folder, 'rules')],
      experiments: join(folder, 'experiments.yaml'),
    },
  });
  const records = await fill(folder, config, rounds);
  return { folder, config, records, remove: () => rm(folder, { recursive: true, force: true }) };
}

async function fill(folder: string, config: Config, rounds: number): Promise<DecisionRecord[]> {
  const reputation = memoryReputation(config.reputation);
  const instruments = await openInstruments(config, { reputation, resolver: null });
  let now = START;
  const settings = { directory: join(folder, 'ledger'), retentionDays: 3650 };
  const ledger = await openLedger(settings, createMetrics(), keepingLogger().log, () => new Date(now));
  const records: DecisionRecord[] = [];
  const demo = join(ROOT, 'test/cases/demo');
  for await (const source of findMail(Array.from({ length: rounds }, () => demo))) {
    const { mail } = await readMail(source);
    now += MINUTE_MS / 2;
    const id = newMailId(now);
    const decision = await inspect({ ...mail, id, receivedAt: new Date(now) }, instruments);
    reputation.observe(observationOf(decision));
    const record = decisionRecord(decision, {
      gate: 'smtp',
      reply: null,
      seconds: 0.01,
      nextHopSeconds: null,
      featureNames: NAMES,
      reputationKeys: keysOf(decision),
    });
    await ledger.append(record);
    records.push(record);
    if ('path' in source) await cp(source.path, join(folder, 'mail', `${id}.eml`));
  }
  await ledger.close();
  await instruments.close();
  return records;
}
