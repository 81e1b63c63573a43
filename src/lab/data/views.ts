import type { DuckDBConnection } from '@duckdb/node-api';
import { COLUMNS, FOLDERS, KINDS, type Kind } from './columns.ts';
import { openTable } from './load.ts';
import type { Part } from './parts.ts';
import { literal } from './quote.ts';

export interface Span {
  /** Records from this moment on. */
  readonly since?: Date | undefined;
  /** Records before this moment. */
  readonly until?: Date | undefined;
}

/**
 * Bins of a reference for drift; report fills it. `at_seconds` and it are there so that the metrics need no words that DuckDB and Spark
 * have different ones for.
 */
const REFERENCE_BINS =
  'CREATE TABLE reference_bins (feature VARCHAR, bin INTEGER, low DOUBLE, high DOUBLE, share DOUBLE)';

/** Makes the views over the tables of open files and the Parquet of compacted days. */
export async function createViews(
  connection: DuckDBConnection,
  parts: Readonly<Record<Kind, readonly Part[]>>,
  span: Span,
): Promise<void> {
  for (const kind of KINDS) await connection.run(viewOf(kind, parts[kind], span));
  await connection.run(FINDINGS);
  await connection.run(FEATURE_VALUES);
  await connection.run(LABELS);
  await connection.run(REFERENCE_BINS);
}

/** Feedback is never cut at `until`: what was said later of a decision is about it, too. */
function viewOf(kind: Kind, parts: readonly Part[], { since, until }: Span): string {
  const names = COLUMNS[kind].map(({ name }) => `"${name}"`).join(', ');
  const files = parts.map(({ path }) => literal(path)).join(', ');
  const compacted =
    parts.length === 0
      ? ''
      : ` UNION ALL BY NAME SELECT * FROM read_parquet([${files}], union_by_name = true, hive_partitioning = false)`;
  const bounds = [
    ...(since === undefined ? [] : [`"at" >= ${moment(since)}`]),
    ...(until === undefined || kind === 'feedback' ? [] : [`"at" < ${moment(until)}`]),
  ];
  const where = bounds.length === 0 ? '' : ` WHERE ${bounds.join(' AND ')}`;
  return `CREATE VIEW ${FOLDERS[kind]} AS SELECT ${names}, CAST("at" AS DATE) AS day, epoch("at") AS at_seconds
    FROM (SELECT * FROM ${openTable(kind)}${compacted})${where}`;
}

function moment(date: Date): string {
  return `TIMESTAMP ${literal(date.toISOString().slice(0, -1))}`;
}

const FINDINGS = `CREATE VIEW findings AS
  SELECT id, "at", f.detector AS detector, f.category AS category, f.weight AS weight, f.status AS status
  FROM (SELECT id, "at", unnest(from_json(findings_json,
    '[{"detector":"VARCHAR","category":"VARCHAR","weight":"DOUBLE","status":"VARCHAR"}]')) AS f FROM decisions)`;

const FEATURE_VALUES = `CREATE VIEW feature_values AS
  SELECT id, "at", e.key AS feature, e.value AS value
  FROM (SELECT id, "at", unnest(map_entries(from_json(features_json, '"MAP(VARCHAR, DOUBLE)"'))) AS e FROM decisions)`;

/** One word a decision: a strong one before a weak one, then the later one. What was retracted, and retractions, say nothing. */
const LABELS = `CREATE VIEW labels AS
  SELECT id, is_category, "at" FROM (
    SELECT f.*, row_number() OVER (PARTITION BY f.id
      ORDER BY CASE WHEN f.strength = 'strong' THEN 0 ELSE 1 END, f.at DESC, f.feedback_id DESC) AS place
    FROM feedback f
    WHERE f.retracts IS NULL
      AND NOT EXISTS (SELECT 1 FROM feedback r WHERE r.retracts = f.feedback_id)
  ) WHERE place = 1`;
