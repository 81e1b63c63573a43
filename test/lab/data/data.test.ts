import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { appendFile, readdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { compact } from '../../../src/lab/data/compact.ts';
import { measure } from '../../../src/lab/data/metrics.ts';
import { type LedgerData, openLedgerData } from '../../../src/lab/data/open.ts';
import { encodeLine } from '../../../src/ledger/line.ts';
import { type BadLine, readLedger } from '../../../src/ledger/reader.ts';
import { feedbackRecord, retractionRecord } from '../../../src/ledger/record.ts';
import { inventLedger } from './invent-ledger.ts';

const LATER = new Date('2026-03-10T00:00:00Z');
let root: string;
let ledger: string;
let parquet: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'postern-data-test-'));
  ledger = join(root, 'ledger');
  parquet = join(root, 'data');
});
afterEach(() => rmSync(root, { recursive: true }));

async function withData<T>(
  use: (data: LedgerData) => Promise<T>,
  options: Partial<Parameters<typeof openLedgerData>[0]> = {},
): Promise<T> {
  const data = await openLedgerData({ ledger, parquet, ...options });
  try {
    return await use(data);
  } finally {
    await data.close();
  }
}

const count = (view: string) => async (data: LedgerData) =>
  (await data.query<{ n: number }>(`SELECT count(*) AS n FROM ${view}`))[0]?.n;

function compactNow(now = LATER) {
  return compact({ ledger, parquet, now, retentionDays: null });
}

describe('the ledger in SQL', () => {
  test('has the same rows from lines, from Parquet, and from both', async () => {
    await inventLedger(ledger, 200);
    const rows = (data: LedgerData) => data.query('SELECT * FROM decisions d ORDER BY d.id');
    const fromLines = await withData(rows);
    expect(fromLines).toHaveLength(200);
    await compactNow(new Date('2026-03-02T12:00:00Z'));
    expect(await withData(rows)).toEqual(fromLines);
    await compactNow();
    expect(await withData(rows)).toEqual(fromLines);
    rmSync(ledger, { recursive: true });
    expect(await withData(rows)).toEqual(fromLines);
  });

  test('reads a file cut short and a bad line up to it, names both, and goes on', async () => {
    await inventLedger(ledger, 480);
    const cut = join(ledger, 'decisions-20260301T00.ndjson');
    truncateSync(cut, readFileSync(cut).length - 10);
    const torn = join(ledger, 'decisions-20260301T02.ndjson');
    writeFileSync(torn, readFileSync(torn, 'utf8').replace('\n', '\n{"torn\n'));
    const zipped = join(ledger, 'decisions-20260301T04.ndjson');
    const bytes = gzipSync(readFileSync(zipped));
    writeFileSync(`${zipped}.gz`, bytes.subarray(0, bytes.length - 100));
    rmSync(zipped);
    const bad: BadLine[] = [];
    const n = await withData(count('decisions'), { onBadLine: (one) => bad.push(one) });
    expect(bad.map(({ file, line }) => [file, line])).toEqual([
      [cut, 10],
      [torn, 2],
      [`${zipped}.gz`, expect.any(Number)],
    ]);
    expect(n).toBeGreaterThanOrEqual(469);
    expect(n).toBeLessThan(480);
  });

  test('cuts at since and until', async () => {
    await inventLedger(ledger, 200);
    await compactNow(new Date('2026-03-02T12:00:00Z'));
    const span = { since: new Date('2026-03-01T12:00:00Z'), until: new Date('2026-03-02T12:00:00Z') };
    expect(await withData(count('decisions'), span)).toBe(100);
  });

  test('takes the later word, and none that was taken back', async () => {
    const [record] = await inventLedger(ledger, 1);
    if (record === undefined) throw new Error('no record');
    const at = (minute: number) => new Date(Date.UTC(2026, 2, 3, 0, minute));
    const first = feedbackRecord(record, { is: 'bec', actor: 'kim', at: at(1) });
    const second = feedbackRecord(record, { is: 'spam', actor: 'lou', at: at(2) });
    const file = join(ledger, 'feedback-20260303T00.ndjson');
    const label = (data: LedgerData) => data.query('SELECT l.is_category FROM labels l');
    await appendFile(file, encodeLine(first) + encodeLine(second));
    expect(await withData(label)).toEqual([{ is_category: 'spam' }]);
    const back = retractionRecord(second, { actor: 'lou', at: at(3), surface: 'cli' });
    await appendFile(file, encodeLine(back));
    expect(await withData(label)).toEqual([{ is_category: 'bec' }]);
  });

  test.each([
    "SELECT * FROM read_text('/etc/hostname')",
    "COPY (SELECT 1) TO '/tmp/postern-test.csv'",
    'SET enable_external_access = true',
  ])('reaches no file and no setting: %s', async (sql) => {
    await inventLedger(ledger, 1);
    await expect(withData((data) => data.query(sql))).rejects.toThrow(/disabled|locked/);
  });
});

describe('compaction', () => {
  test('writes closed days once', async () => {
    await inventLedger(ledger, 100);
    const half = await compactNow(new Date('2026-03-02T12:00:00Z'));
    expect(half.written.map(({ kind, day }) => [kind, day])).toEqual([
      ['decision', '2026-03-01'],
      ['feedback', '2026-03-01'],
    ]);
    expect((await stat(half.written[0]?.path ?? '')).mode & 0o777).toBe(0o600);
    const rest = await compactNow();
    expect(rest.written.every(({ day }) => day >= '2026-03-02')).toBe(true);
    expect((await compactNow()).written).toEqual([]);
  });

  test('takes what comes late as a further part, and a compressed file as the same', async () => {
    await inventLedger(ledger, 100);
    await compactNow();
    const file = join(ledger, 'decisions-20260301T05.ndjson');
    const lines = readFileSync(file, 'utf8');
    const late = lines.slice(0, lines.indexOf('\n') + 1).replace(/decision-\d+/, 'decision-late');
    await appendFile(file, late);
    expect(await withData(count('decisions'))).toBe(101);
    const again = await compactNow();
    expect(again.written).toMatchObject([{ day: '2026-03-01', records: 1 }]);
    writeFileSync(`${file}.gz`, gzipSync(readFileSync(file)));
    rmSync(file);
    expect((await compactNow()).written).toEqual([]);
    expect(await withData(count('decisions'))).toBe(101);
    expect(await readdir(join(parquet, 'decisions/day=2026-03-01'))).toHaveLength(2);
  });

  test('C8 removes days past the retention', async () => {
    await inventLedger(ledger, 20);
    await compactNow();
    rmSync(ledger, { recursive: true });
    const keep = (retentionDays: number) => compact({ ledger, parquet, now: LATER, retentionDays });
    // The second of March ends 7 days before the tenth.
    expect((await keep(7)).removed).toEqual(['2026-03-01']);
    expect(await withData(count('decisions'))).toBe(10);
    expect((await keep(6)).removed).toContain('2026-03-02');
    expect(await withData(count('decisions'))).toBe(0);
  });
});

describe('metrics', () => {
  test('error rates have Wilson limits', async () => {
    const records = await inventLedger(ledger, 100);
    const rows = await withData((data) => measure(data, 'error_rates'));
    const all = rows.find(({ metric, category }) => metric === 'reported_misses' && category === 'all');
    expect(all?.messages).toBe(records.length);
    for (const { rate, low, high } of rows) {
      expect(Number(low)).toBeLessThanOrEqual(Number(rate));
      expect(Number(high)).toBeGreaterThanOrEqual(Number(rate));
    }
  });
});

const SAMPLE = new URL('../../ledger/samples/schema-1/', import.meta.url);

describe('a ledger as it was before experiments and feedback ids', () => {
  test('is read, with the fields that it lacks as they are meant', async () => {
    const directory = decodeURIComponent(SAMPLE.pathname);
    const zipped = await readdir(directory);
    const lines = zipped.flatMap((name) => {
      const bytes = readFileSync(join(directory, name));
      return (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString().trim().split('\n');
    });
    const records = await Array.fromAsync(readLedger(directory));
    expect(records).toHaveLength(lines.length);
    const data = await openLedgerData({ ledger: directory });
    const decisions = await data.query<{ variant: string; version: null }>('SELECT * FROM decisions');
    await data.close();
    expect(data.badLines).toBe(0);
    expect(decisions.length).toBeGreaterThan(0);
    for (const one of decisions) expect(one).toMatchObject({ variant: 'default', version: null });
  });
});
