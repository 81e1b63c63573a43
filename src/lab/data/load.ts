import type { DuckDBConnection } from '@duckdb/node-api';
import type { LedgerFile } from '../../ledger/files.ts';
import { decodeLine } from '../../ledger/line.ts';
import { LINE_BYTES, readLines } from '../../ledger/lines.ts';
import type { BadLine } from '../../ledger/reader.ts';
import { LEDGER_SCHEMA } from '../../ledger/record.ts';
import { COLUMNS, KEYS, type Kind, RECORD_SHAPES } from './columns.ts';
import type { Part } from './parts.ts';
import { literal } from './quote.ts';

/** Lines that the slow way keeps in memory before DuckDB gets them: decisions have some 20 KB. */
const BATCH = 2_000;

/** Table of the records of a kind that come from NDJSON. */
export function openTable(kind: Kind): string {
  return `open_${kind}`;
}

/** Makes the empty tables that loadFile fills. */
export async function createTables(connection: DuckDBConnection): Promise<void> {
  for (const [kind, columns] of Object.entries(COLUMNS)) {
    const list = columns.map(({ name, type }) => `"${name}" ${type}`).join(', ');
    await connection.run(`CREATE TABLE ${openTable(kind as Kind)} (${list})`);
  }
  await connection.run('CREATE TABLE lines (json VARCHAR)');
}

/**
 * The records of one file into their table. DuckDB reads a whole file itself; one with a bad line, or cut short, goes line by line
 * through the reader of the ledger, which names what is bad and goes on.
 */
export async function loadFile(
  connection: DuckDBConnection,
  file: LedgerFile,
  onBadLine: (bad: BadLine) => void,
): Promise<void> {
  if (!(await loadWhole(connection, file))) await loadByLine(connection, file, onBadLine);
}

/** False, with nothing loaded, where there is anything in the file that is no record of its kind. */
async function loadWhole(connection: DuckDBConnection, file: LedgerFile): Promise<boolean> {
  await connection.run('DELETE FROM lines');
  try {
    await connection.run(
      `INSERT INTO lines SELECT json FROM read_ndjson_objects($path, maximum_object_size = ${LINE_BYTES})`,
      { path: file.path },
    );
    return await insertLines(connection, file.kind);
  } catch {
    // Whatever it is, the reader of the ledger says it better, with file and line.
    return false;
  }
}

async function loadByLine(
  connection: DuckDBConnection,
  file: LedgerFile,
  onBadLine: (bad: BadLine) => void,
): Promise<void> {
  const report = (line: number, problem: string) => onBadLine({ file: file.path, line, problem });
  let batch: { readonly number: number; readonly text: string }[] = [];
  for await (const line of readLines(file)) {
    if ('problem' in line) {
      report(line.number, line.problem);
      continue;
    }
    const problem = problemOf(line.text, file.kind);
    if (problem !== null) report(line.number, problem);
    else batch.push(line);
    if (batch.length < BATCH) continue;
    await insertBatch(connection, file.kind, batch, report);
    batch = [];
  }
  await insertBatch(connection, file.kind, batch, report);
}

function problemOf(text: string, kind: Kind): string | null {
  try {
    const record = decodeLine(text);
    return record.kind === kind ? null : `is a record of kind ${record.kind}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Halves what DuckDB does not take until the line that it is stands alone. */
async function insertBatch(
  connection: DuckDBConnection,
  kind: Kind,
  batch: readonly { readonly number: number; readonly text: string }[],
  report: (line: number, problem: string) => void,
): Promise<void> {
  const [first] = batch;
  if (first === undefined) return;
  await connection.run('DELETE FROM lines');
  const appender = await connection.createAppender('lines');
  for (const { text } of batch) {
    appender.appendVarchar(text);
    appender.endRow();
  }
  appender.closeSync();
  const taken = await insertLines(connection, kind).catch(() => false);
  if (taken) return;
  if (batch.length === 1) return report(first.number, 'has fields of other types than a record has');
  const middle = batch.length >> 1;
  await insertBatch(connection, kind, batch.slice(0, middle), report);
  await insertBatch(connection, kind, batch.slice(middle), report);
}

/** What lies in `lines`; false, with nothing inserted, where one of them is no record of the kind. */
async function insertLines(connection: DuckDBConnection, kind: Kind): Promise<boolean> {
  const columns = COLUMNS[kind].map(({ name, from }) => `${from} AS "${name}"`).join(', ');
  const shape = literal(JSON.stringify(RECORD_SHAPES[kind]));
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE records AS SELECT from_json(json, ${shape}) AS r FROM lines`,
  );
  const bad = await connection.runAndReadAll(
    `SELECT count(*) FROM records WHERE NOT coalesce(r."schema" = ${LEDGER_SCHEMA} AND r."kind" = $kind
      AND r."id" IS NOT NULL AND TRY_CAST(r."at" AS TIMESTAMP) IS NOT NULL, false)`,
    { kind },
  );
  if (Number(bad.getRows()[0]?.[0]) > 0) return false;
  await connection.run(`INSERT INTO ${openTable(kind)} SELECT ${columns} FROM records`);
  return true;
}

/** Keeps the first of records with the same key; tells how many went. A crash while an hour was compressed leaves its lines twice. */
export async function dropRepeated(connection: DuckDBConnection, kind: Kind): Promise<number> {
  const table = openTable(kind);
  const key = KEYS[kind];
  const counted = await connection.runAndReadAll(`SELECT count(*) - count(DISTINCT "${key}") FROM ${table}`);
  const repeated = Number(counted.getRows()[0]?.[0]);
  if (repeated > 0)
    await connection.run(
      `CREATE OR REPLACE TABLE ${table} AS SELECT * FROM ${table}
        QUALIFY row_number() OVER (PARTITION BY "${key}" ORDER BY "at", rowid) = 1`,
    );
  return repeated;
}

/** Files of a compacted day that have grown since, or come late, hold some records that are in its parts. */
export async function dropContained(
  connection: DuckDBConnection,
  kind: Kind,
  parts: readonly Part[],
): Promise<void> {
  if (parts.length === 0) return;
  const files = parts.map(({ path }) => literal(path)).join(', ');
  const key = KEYS[kind];
  await connection.run(
    `DELETE FROM ${openTable(kind)} WHERE "${key}" IN (SELECT "${key}" FROM read_parquet([${files}]))`,
  );
}
