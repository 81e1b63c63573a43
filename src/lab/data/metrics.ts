import { readFile } from 'node:fs/promises';
import type { LedgerData } from './open.ts';

/**
 * The metrics, each one query in src/lab/sql/NAME.sql that DuckDB and Spark run as it is. deploy/spark runs the same files over the same
 * views.
 */
export const METRICS = {
  messages: 'Messages by verdict and category',
  error_rates: 'Errors among labelled messages',
  errors_by_day: 'Errors by day',
  detector_precision: 'Precision of each detector',
  time_to_feedback: 'Seconds until people speak of a decision',
  score_distribution: 'Scores',
  feature_drift: 'Features that moved from the reference (population stability index)',
} as const;

export type Metric = keyof typeof METRICS;
export type MetricRow = Readonly<Record<string, string | number | null>>;

const FOLDER = new URL('../sql/', import.meta.url);

/** The query of a metric. */
export function metricSql(metric: Metric): Promise<string> {
  return readFile(new URL(`${metric}.sql`, FOLDER), 'utf8');
}

/** Its rows over an opened ledger. */
export async function measure(data: LedgerData, metric: Metric): Promise<MetricRow[]> {
  return data.query<MetricRow>(await metricSql(metric));
}
