import { stat, writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { METRICS, type Metric, type MetricRow, measure } from '../lab/data/metrics.ts';
import type { LedgerData } from '../lab/data/open.ts';
import {
  type ReferenceBin,
  readReference,
  referenceOfDataset,
  referenceOfLedger,
  useReference,
} from '../lab/data/reference.ts';
import { Mistake } from '../mistake.ts';
import { cell, type DataOptions, moment, openFrom, printable, withDataOptions } from './data-options.ts';
import { UsageError } from './failure.ts';
import { table } from './table.ts';

interface ReportOptions extends DataOptions {
  readonly reference?: string;
  readonly saveReference?: string;
}

/** Rows of a table for people: features and detectors go by the hundred. --json has all. */
const SHOWN_ROWS = 25;

const PERIOD = /^([^/]+)\.\.([^/]+)$/;

/** `postern report`: the metrics of src/lab/sql over the ledger. */
export function reportCommand(): Command {
  return withDataOptions(
    new Command('report').description(
      'messages and verdicts, error rates, precision of detectors, time to feedback, scores, drift',
    ),
    'print all rows as one JSON object',
  )
    .option(
      '--reference <what>',
      'compare features with a dataset folder, a period FROM..TO of the ledger, or a file of --save-reference',
    )
    .option('--save-reference <file>', 'write the bins of the reference, for later and for Spark')
    .action(run);
}

async function run(options: ReportOptions): Promise<void> {
  if (options.saveReference !== undefined && options.reference === undefined)
    throw new UsageError('--save-reference needs --reference');
  const bins = options.reference === undefined ? null : await referenceOf(options.reference, options);
  if (options.saveReference !== undefined && bins !== null)
    await writeFile(options.saveReference, bins.map((bin) => `${JSON.stringify(bin)}\n`).join(''));
  const data = await openFrom(options);
  try {
    if (bins !== null) await useReference(data, bins);
    const rows = await measureAll(data);
    if (options.json) print(options, data, rows);
    else console.log(text(rows, bins !== null));
  } finally {
    await data.close();
  }
}

type AllRows = Readonly<Record<Metric, readonly MetricRow[]>>;

async function measureAll(data: LedgerData): Promise<AllRows> {
  const rows: Partial<Record<Metric, MetricRow[]>> = {};
  for (const metric of Object.keys(METRICS) as Metric[]) rows[metric] = await measure(data, metric);
  return rows as AllRows;
}

async function referenceOf(what: string, options: DataOptions): Promise<ReferenceBin[]> {
  const period = PERIOD.exec(what);
  if (period !== null) {
    const [, from = '', to = ''] = period;
    const data = await openFrom({ ...options, since: moment(from), until: moment(to) });
    try {
      return await referenceOfLedger(data);
    } finally {
      await data.close();
    }
  }
  const found = await stat(what).catch((error: Error) => {
    throw new Mistake(`--reference: ${error.message}`, { cause: error });
  });
  return found.isDirectory() ? referenceOfDataset(what) : readReference(what);
}

function print(options: ReportOptions, data: LedgerData, metrics: AllRows): void {
  const { since = null, until = null, reference = null } = options;
  console.log(JSON.stringify({ since, until, reference, badLines: data.badLines, metrics }));
}

function text(rows: AllRows, hasReference: boolean): string {
  const sections = (Object.keys(METRICS) as Metric[]).map((metric) => {
    if (metric === 'feature_drift' && !hasReference)
      return `${METRICS[metric]}\n(--reference names what to compare with)`;
    const all = metric === 'feature_drift' ? byDrift(rows[metric]) : rows[metric];
    return `${METRICS[metric]}\n${tableOf(all)}`;
  });
  return sections.join('\n\n');
}

function byDrift(rows: readonly MetricRow[]): MetricRow[] {
  return [...rows].sort((a, b) => Number(b.psi) - Number(a.psi));
}

function tableOf(rows: readonly MetricRow[]): string {
  const [first] = rows;
  if (first === undefined) return '(none)';
  const shown = rows.slice(0, SHOWN_ROWS).map((row) => Object.values(row).map(short));
  const left = rows.length - shown.length;
  return table(Object.keys(first), shown) + (left > 0 ? `\n… and ${left} more: --json` : '');
}

function short(value: unknown): string {
  if (value === null) return '-';
  if (typeof value !== 'number') return printable(String(cell(value)));
  return Number.isInteger(value) ? String(value) : value.toFixed(4);
}
