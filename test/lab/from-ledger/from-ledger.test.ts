import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadConfig } from '../../../src/config/load.ts';
import { configSchema } from '../../../src/config/schema.ts';
import { FEATURES, SCHEMA_HASH } from '../../../src/detect/features/schema.ts';
import { inspect } from '../../../src/inspect.ts';
import { buildFromLedger } from '../../../src/lab/from-ledger/build.ts';
import { inTimeOrder, LATEST_MS } from '../../../src/lab/from-ledger/in-time-order.ts';
import type { Manifest } from '../../../src/lab/from-ledger/manifest.ts';
import { splitsByTime } from '../../../src/lab/from-ledger/split.ts';
import {
  type DecisionRecord,
  decisionRecord,
  feedbackRecord,
  type LedgerRecord,
} from '../../../src/ledger/record.ts';
import { bufferContent } from '../../../src/mail/content.ts';
import { newMailId } from '../../../src/mail/id.ts';
import { CLEAN_WIRE, type Mail } from '../../../src/mail/mail.ts';
import { mailPath } from '../../../src/quarantine/files.ts';
import { keysOf, observationOf } from '../../../src/reputation/learn.ts';
import { memoryReputation } from '../../../src/reputation/memory.ts';
import { openInstruments } from '../../../src/service/instruments.ts';
import { describeWith } from '../../describe-with.ts';
import { EXAMPLE_CONTEXT } from '../../ledger/example-ledger.ts';
import { program } from '../../requirement.ts';
import { writeLedger } from '../health/invented-ledger.ts';

const CONFIG = fileURLToPath(new URL('../../../config/postern.yaml', import.meta.url));
const TRAIN = fileURLToPath(new URL('../../../models/train', import.meta.url));
const PYTHON = fileURLToPath(new URL('../../../.venv/bin/python', import.meta.url));
const NAMES = FEATURES.map(({ name }) => name);
const START = Date.parse('2026-03-02T08:00:00Z');

const folder = mkdtempSync(join(tmpdir(), 'postern-from-ledger-'));
const ledger = join(folder, 'ledger');
const oldLedger = join(folder, 'old-ledger');
const held = join(folder, 'quarantine');
const cases = join(folder, 'cases');

function letter(number: number): Buffer {
  const bad = number % 2 === 1;
  const from = bad ? 'Parcel Desk <desk@parcel-fee.example>' : 'Ines Alder <ines@alder.example>';
  const text = bad
    ? 'Your parcel waits. Pay at http://192.0.2.9/pay now.'
    : 'Here are the minutes of our meeting.';
  const head = [
    `From: ${from}`,
    'To: pat@example.org',
    `Subject: Letter ${number}`,
    `Message-ID: <${number}@mail.example>`,
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${text}\r\n`);
}

/** Judges ten letters an hour apart as a gate with a memory would, and writes what it would have written. */
async function decide(): Promise<{ records: DecisionRecord[]; raw: Buffer[] }> {
  const { config } = loadConfig(CONFIG, {});
  const memory = memoryReputation(configSchema.parse({}).reputation);
  const instruments = await openInstruments(
    { ...config, detect: { ...config.detect, model: null } },
    { reputation: memory, resolver: null },
  );
  const records: DecisionRecord[] = [];
  const raw: Buffer[] = [];
  for (let number = 0; number < 10; number++) {
    const bytes = letter(number);
    const at = new Date(START + number * 3_600_000);
    const mail: Mail = {
      id: newMailId(at.getTime()),
      receivedAt: at,
      envelope: {
        clientIp: '192.0.2.7',
        clientName: null,
        helo: 'mx.example',
        mailFrom: null,
        rcptTo: ['pat@example.org'],
      },
      content: bufferContent(bytes),
      wire: CLEAN_WIRE,
      recordedAuthentication: null,
    };
    const decision = await inspect(mail, instruments);
    const context = { ...EXAMPLE_CONTEXT, featureNames: NAMES, reputationKeys: keysOf(decision) };
    records.push(JSON.parse(JSON.stringify(decisionRecord(decision, context))));
    raw.push(bytes);
    memory.observe(observationOf(decision));
    // What people say teaches the memory, too: the next letters of the desk come from a bad sender.
    if (number < 2)
      memory.observe({
        kind: 'feedback',
        at: new Date(at.getTime() + 60_000),
        keys: keysOf(decision),
        bad: number === 1,
      });
  }
  await instruments.close();
  return { records, raw };
}

function put(path: string, text: string | Buffer): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

let records: DecisionRecord[];
const build = (from: string, out: string, weak = false, corpora: readonly string[] = []) =>
  buildFromLedger({
    ledger: from,
    mail: [held, cases],
    out: join(folder, out),
    config: CONFIG,
    weak,
    corpora,
    onBadLine: () => undefined,
  });
const read = (out: string, name: string) => readFileSync(join(folder, out, name));
const rowsOf = (out: string) =>
  read(out, 'rows.ndjson')
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

let manifest: Manifest;

beforeAll(async () => {
  const decided = await decide();
  records = decided.records;
  const words: LedgerRecord[] = records.flatMap((record, i) => {
    const said = {
      is: i % 2 === 1 ? ('scam' as const) : ('none' as const),
      actor: 'pat',
      at: new Date(Date.parse(record.at) + 60_000),
    };
    if (i === 9)
      return [feedbackRecord(record, { ...said, strength: 'weak' as const, surface: 'release' as const })];
    return [feedbackRecord(record, said)];
  });
  writeLedger(ledger, [...records, ...words]);
  // The same mail, decided when the features were others: nothing logged can be used.
  const [first, second] = words;
  const old = records.map((record) => ({ ...record, featureSchema: 'older', features: { links_count: 9 } }));
  writeLedger(oldLedger, [
    ...old,
    ...[first, second].filter((one) => one !== undefined),
    ...words.slice(2).filter((one) => one.id === records[3]?.id),
  ]);
  for (const [i, record] of records.entries()) {
    const bytes = decided.raw[i] ?? Buffer.alloc(0);
    if (i === 0) {
      const caseId = newMailId(START);
      put(join(cases, `${caseId}.eml`), bytes);
      put(join(cases, `${caseId}.json`), JSON.stringify({ decisionId: record.id }));
    } else if (i !== 8) put(mailPath(held, record.id, new Date(record.at)), bytes);
  }
  ({ manifest } = await build(ledger, 'out'));
}, 60_000);

describe('a dataset of a ledger', () => {
  test('has the labelled decisions whose mail is kept, in time order, and counts the others', () => {
    expect(rowsOf('out').map(({ path }) => path)).toEqual(
      records.slice(0, 8).map(({ id }) => `ledger/${id}`),
    );
    expect(manifest).toMatchObject({
      featureSchema: SCHEMA_HASH,
      rows: { rows: 8, ham: 4, unwanted: 4 },
      labels: { ham: 4, scam: 4 },
      features: { logged: 8, rebuilt: 0 },
      leftOut: { weak: 1, withoutMail: 1, withoutDecision: 0, failed: 0 },
      ledger: { decisions: 10 },
    });
  });

  test('has the features as they were logged, to the bit', () => {
    const bytes = read('out', 'features.npy');
    const start = 10 + bytes.readUInt16LE(8);
    const row = 3;
    const values = NAMES.map((_, i) => bytes.readFloatLE(start + 4 * (row * NAMES.length + i)));
    expect(values).toEqual(NAMES.map((name) => Math.fround(records[row]?.features[name] ?? Number.NaN)));
  });

  test('is split by time: nothing in a later split is older', () => {
    const { train, validation, test: last } = manifest.splits;
    expect([train?.rows, validation?.rows, last?.rows]).toEqual([6, 1, 1]);
    expect((train?.to ?? '') < (validation?.from ?? '') && (validation?.to ?? '') < (last?.from ?? '')).toBe(
      true,
    );
  });

  test('is the same byte for byte when it is made again, and another with another label', async () => {
    const again = await build(ledger, 'again');
    expect(again.manifest).toEqual(manifest);
    expect(read('again', 'manifest.json').equals(read('out', 'manifest.json'))).toBe(true);
    expect((await build(ledger, 'weak', true)).manifest.version).not.toBe(manifest.version);
  }, 60_000);

  test('features of another schema are rebuilt as they were at the moment, memory included', async () => {
    const rebuilt = await build(oldLedger, 'rebuilt');
    expect(rebuilt.manifest.features).toEqual({ logged: 0, rebuilt: 3 });
    const bytes = read('rebuilt', 'features.npy');
    const start = 10 + bytes.readUInt16LE(8);
    const values = NAMES.map((_, i) => bytes.readFloatLE(start + 4 * (2 * NAMES.length + i)));
    // Letter 3 is the desk's second: its first was called a scam by then, and the third to fifth were not there yet.
    const logged = NAMES.map((name) => Math.fround(records[3]?.features[name] ?? Number.NaN));
    expect(Object.fromEntries(NAMES.map((name, i) => [name, values[i]]))).toEqual(
      Object.fromEntries(NAMES.map((name, i) => [name, logged[i]])),
    );
    expect(values[NAMES.indexOf('reputation_domain_bad')]).toBeGreaterThan(0);
  }, 60_000);

  test('stands behind the mail of corpora, so that training has other sources to hold out', async () => {
    put(join(folder, 'corpora', 'invented', 'ham', '1.eml'), letter(20));
    const mixed = await build(ledger, 'mixed', false, [join(folder, 'corpora')]);
    expect(mixed.manifest).toMatchObject({ corpora: 1, rows: { rows: 8 } });
    expect(rowsOf('mixed').map(({ source }) => source)).toEqual(['invented', ...Array(8).fill('ledger')]);
  }, 60_000);

  test('a ledger without labelled mail is refused', async () => {
    const empty = join(folder, 'empty');
    writeLedger(empty, records);
    await expect(build(empty, 'none')).rejects.toThrow('no labelled decision');
  });
});

describeWith(program('Python of the project', PYTHON), 'training', () => {
  test('reads the dataset of a ledger', async () => {
    const script = [
      'import sys, json; from pathlib import Path; from data import load',
      'd = load(Path(sys.argv[1]))',
      'print(json.dumps({"rows": len(d), "unwanted": d.unwanted.tolist(), "features": list(d.features.shape), "grams": int(d.grams.nnz) > 0, "family": d.family.tolist()[0], "category": d.category.tolist()[:2]}))',
    ].join('\n');
    const { stdout } = await promisify(execFile)(PYTHON, ['-c', script, join(folder, 'out')], { cwd: TRAIN });
    expect(JSON.parse(stdout)).toEqual({
      rows: 8,
      unwanted: [false, true, false, true, false, true, false, true],
      features: [8, NAMES.length],
      grams: true,
      family: 'ines@alder.example',
      category: ['', 'scam'],
    });
  }, 120_000);
});

describe('time order', () => {
  const given = async (...hours: number[]) => {
    async function* stream() {
      for (const hour of hours) yield { at: new Date(START + hour * 3_600_000).toISOString(), hour };
    }
    return (await Array.fromAsync(inTimeOrder(stream()))).map(({ hour }) => hour);
  };

  test('feedback that was written after the decisions of its hour comes between them', async () => {
    expect(await given(0, 0.1, 0.9, 0.2, 1, 1.9, 1.1, 9, 9.1)).toEqual([
      0, 0.1, 0.2, 0.9, 1, 1.1, 1.9, 9, 9.1,
    ]);
  });

  test('what is as late as can be still finds its place, later it does not, and nothing is lost', async () => {
    const late = LATEST_MS / 3_600_000;
    expect(await given(0, 10, 10 - late, 20)).toEqual([0, 10 - late, 10, 20]);
    expect((await given(0, 10, 9 - late, 20)).sort((a, b) => a - b)).toEqual([0, 9 - late, 10, 20]);
  });
});

describe('splits', () => {
  test('rows of one moment stay together', () => {
    const times = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'g', 'g', 'g'];
    expect(splitsByTime(times)).toEqual(Array(10).fill('train'));
  });
});
