import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compact } from '../../../src/lab/data/compact.ts';
import { METRICS, type Metric, type MetricRow, measure } from '../../../src/lab/data/metrics.ts';
import { openLedgerData } from '../../../src/lab/data/open.ts';
import { referenceOfLedger, useReference } from '../../../src/lab/data/reference.ts';
import { describeWith } from '../../describe-with.ts';
import { inventLedger } from '../data/invent-ledger.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const PYTHON = join(ROOT, '.venv/bin/python');
const missing = !existsSync('/usr/bin/java')
  ? '/usr/bin/java is not installed'
  : !existsSync(join(ROOT, '.venv/bin/spark-submit'))
    ? '.venv lacks deploy/spark/requirements.txt'
    : null;

/** Small data: the default of 200 shuffle partitions would be 200 tasks a query. Loopback, no pages of its own. */
const SETTINGS =
  '--master local[2] --conf spark.sql.shuffle.partitions=2 --conf spark.ui.enabled=false --conf spark.driver.host=127.0.0.1 pyspark-shell';
const BOUND_MS = 300_000;

/** Sums of some thousand doubles in another order differ in their last digits. */
const rounded = (rows: readonly MetricRow[]) =>
  rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [
        name,
        typeof value === 'number' ? Number(value.toPrecision(9)) : value,
      ]),
    ),
  );

describeWith({ name: 'java and pyspark', missing }, 'DuckDB and Spark', () => {
  const root = mkdtempSync(join(tmpdir(), 'postern-spark-'));
  const duck: Partial<Record<Metric, MetricRow[]>> = {};
  let spark: Record<string, MetricRow[]> = {};

  beforeAll(async () => {
    const [ledger, parquet, reference] = ['ledger', 'data', 'bins'].map((name) => join(root, name)) as [
      string,
      string,
      string,
    ];
    await inventLedger(ledger, 3_000);
    await compact({ ledger, parquet, now: new Date('2026-03-10T00:00:00Z'), retentionDays: null });
    const first = await openLedgerData({ ledger, parquet, until: new Date('2026-03-01T12:00:00Z') });
    const bins = await referenceOfLedger(first);
    await first.close();
    writeFileSync(reference, bins.map((bin) => `${JSON.stringify(bin)}\n`).join(''));
    const since = '2026-03-01T06:00:00';
    const data = await openLedgerData({ ledger, parquet, since: new Date(`${since}Z`) });
    await useReference(data, bins);
    for (const metric of Object.keys(METRICS) as Metric[]) duck[metric] = await measure(data, metric);
    await data.close();
    const script = join(ROOT, 'deploy/spark/report.py');
    const sql = join(ROOT, 'src/lab/sql');
    const { stdout } = await promisify(execFile)(
      PYTHON,
      [script, '--data', parquet, '--sql', sql, '--since', since, '--reference', reference],
      {
        env: { ...process.env, SPARK_LOCAL_IP: '127.0.0.1', PYSPARK_SUBMIT_ARGS: SETTINGS },
        timeout: BOUND_MS,
        maxBuffer: 64 * 1024 * 1024,
      },
    );
    spark = JSON.parse(stdout);
  }, BOUND_MS + 60_000);
  afterAll(() => rmSync(root, { recursive: true }));

  test.each(Object.keys(METRICS) as Metric[])('give the same rows for %s', (metric) => {
    expect(duck[metric]?.length).toBeGreaterThan(0);
    expect(rounded(spark[metric] ?? [])).toEqual(rounded(duck[metric] ?? []));
  });
});
