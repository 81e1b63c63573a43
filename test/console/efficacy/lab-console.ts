import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../../src/config/load.ts';
import type { Config } from '../../../src/config/schema.ts';
import type { ConsoleParts } from '../../../src/console/parts.ts';
import type { Principal } from '../../../src/console/principal.ts';
import { openDatabase } from '../../../src/database/open.ts';
import type { VerdictCategory } from '../../../src/detect/category.ts';
import { type DecisionRecord, feedbackRecord, type LedgerRecord } from '../../../src/ledger/record.ts';
import { openLedger } from '../../../src/ledger/writer.ts';
import { createMetrics } from '../../../src/observe/metrics.ts';
import type { Verdict } from '../../../src/policy/verdict.ts';
import type { Quarantine } from '../../../src/quarantine/quarantine.ts';
import { decisionAt, writeLedger } from '../../lab/health/invented-ledger.ts';
import { keepingLogger } from '../../ledger/example-ledger.ts';

const ROOT = join(import.meta.dirname, '../../..');
export const NOW = new Date('2026-03-20T16:00:00Z');
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

export const PEOPLE = [
  { name: 'ada', role: 'admin', domains: null, address: null },
  { name: 'ann', role: 'analyst', domains: ['north.example'], address: null },
  { name: 'vic', role: 'viewer', domains: ['south.example'], address: null },
  { name: 'una', role: 'admin', domains: ['north.example'], address: null },
  { name: 'rae', role: 'recipient', domains: null, address: 'pat@north.example' },
] as const satisfies readonly Principal[];

export interface LabConsole {
  readonly parts: ConsoleParts;
  readonly config: Config;
  readonly decisions: readonly DecisionRecord[];
  close(): Promise<void>;
}

interface Invented {
  readonly to: readonly string[];
  readonly verdict: Verdict;
  readonly category: VerdictCategory;
  readonly subject: string;
  readonly is?: VerdictCategory;
  readonly rules: readonly string[];
}

/** A day's mail; every day has the same. */
const DAILY: readonly Invented[] = [
  {
    to: ['pat@north.example'],
    verdict: 'quarantine',
    category: 'scam',
    subject: 'Parcel fee north',
    is: 'scam',
    rules: ['scam_false_authority'],
  },
  {
    to: ['pat@north.example'],
    verdict: 'quarantine',
    category: 'scam',
    subject: 'Your order north',
    is: 'none',
    rules: ['scam_false_authority'],
  },
  {
    to: ['kim@north.example'],
    verdict: 'accept',
    category: 'none',
    subject: 'New bank account north',
    is: 'bec',
    rules: [],
  },
  { to: ['kim@north.example'], verdict: 'accept', category: 'none', subject: 'Lunch north', rules: [] },
  {
    to: ['lou@south.example'],
    verdict: 'reject',
    category: 'malware',
    subject: 'Invoice south',
    is: 'malware',
    rules: ['scam_false_authority'],
  },
  {
    to: ['lou@south.example'],
    verdict: 'accept',
    category: 'none',
    subject: 'You have won south',
    is: 'spam',
    rules: [],
  },
  {
    to: ['pat@north.example', 'lou@south.example'],
    verdict: 'quarantine',
    category: 'scam',
    subject: 'To both',
    rules: ['scam_false_authority'],
  },
];

/** A console over a ledger of six days of mail to two domains, with what people said of it. */
export async function labConsole(change: (config: Config) => Config = (same) => same): Promise<LabConsole> {
  const folder = mkdtempSync(join(tmpdir(), 'postern-console-lab-'));
  const shipped = loadConfig(join(ROOT, 'config/postern.yaml'), {});
  const config = change({
    ...shipped.config,
    ledger: { directory: join(folder, 'ledger'), retentionDays: 3650 },
    feedback: { ...shipped.config.feedback, cases: join(folder, 'cases') },
    lab: { ...shipped.config.lab, data: join(folder, 'data') },
    detect: {
      ...shipped.config.detect,
      model: null,
      challengers: [],
      rules: [join(ROOT, 'config/rules')],
      experiments: join(folder, 'experiments.yaml'),
    },
  });
  const records = Array.from({ length: 6 }, (_, day) => day).flatMap((day) =>
    DAILY.flatMap((one, i) => of(one, day, i)),
  );
  writeLedger(config.ledger.directory, records);
  const { log } = keepingLogger();
  const metrics = createMetrics();
  const ledger = await openLedger(config.ledger, metrics, log, () => NOW);
  const database = await openDatabase(config.database, folder);
  const parts: ConsoleParts = {
    database,
    config: () => config,
    file: shipped.file,
    quarantine: EMPTY,
    ledger,
    metrics,
    health: async () => ({ ok: true, checks: {} }),
    log,
    now: () => NOW,
  };
  return {
    parts,
    config,
    decisions: records.filter((one) => one.kind === 'decision'),
    close: async () => {
      await ledger.close();
      await database.destroy();
      rmSync(folder, { recursive: true });
    },
  };
}

function of({ to, verdict, category, subject, is, rules }: Invented, day: number, i: number): LedgerRecord[] {
  const at = new Date(NOW.getTime() - day * DAY_MS - (i + 1) * HOUR_MS);
  const made = decisionAt(at, rules);
  // Of a message to both, each domain has its own fate: the second one's was a tag.
  const [first = '', second] = to;
  const fates = [
    { verdict, recipients: [first], policy: 'default' },
    ...(second === undefined
      ? []
      : [{ verdict: 'tag' as const, recipients: [second], policy: 'domain:south.example' }]),
  ];
  const record = {
    ...made,
    envelope: { ...made.envelope, rcptTo: to },
    verdict,
    category,
    subject,
    fates,
    forced: null,
    score: verdict === 'accept' ? 0.08 : 0.95,
  };
  if (is === undefined) return [record];
  return [record, feedbackRecord(record, { is, actor: 'robin', at: new Date(at.getTime() + HOUR_MS / 2) })];
}

/** Pages of the lab ask it one thing: whether a message is held. */
const EMPTY = { get: async () => null } as unknown as Quarantine;
