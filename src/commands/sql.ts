import { type DuckDBConnection, StatementType } from '@duckdb/node-api';
import { Argument, Command } from 'commander';
import { csv } from '../lab/data/csv.ts';
import type { LedgerData } from '../lab/data/open.ts';
import { cell, type DataOptions, openFrom, plainJson, printable, withDataOptions } from './data-options.ts';
import { UsageError } from './failure.ts';
import { table } from './table.ts';

interface SqlOptions extends DataOptions {
  readonly csv?: boolean;
}

/** A person's screen; --json and --csv give all rows. */
const SHOWN_ROWS = 1_000;

/** What `postern sql` runs. Nothing else can change anything, and there is nothing to change. */
const READING: ReadonlySet<StatementType> = new Set([StatementType.SELECT, StatementType.EXPLAIN]);

/** `postern sql "SELECT …"`: the ledger in SQL. Exit 2, in DuckDB's words, for SQL that does not run. */
export function sqlCommand(): Command {
  return withDataOptions(
    new Command('sql')
      .description('ask the ledger in SQL: decisions, findings, feature_values, feedback, labels, audit')
      .addArgument(
        new Argument('<statement>', 'one SELECT, DESCRIBE or EXPLAIN of DuckDB; the column at is "at"'),
      ),
    'one JSON object a row',
  )
    .option('--csv', "CSV (RFC 4180); text that a spreadsheet would run gets a ' in front")
    .action(run);
}

async function run(statement: string, options: SqlOptions): Promise<void> {
  if (options.csv && options.json) throw new UsageError('--csv or --json, not both');
  const data = await openFrom(options);
  try {
    await checkReading(data.connection, statement);
    if (options.json) await printJson(data, statement);
    else if (options.csv) await printCsv(data, statement);
    else await printTable(data, statement);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    throw new UsageError(message.replace(/^Failed to extract statements: /, ''), { cause: error });
  } finally {
    await data.close();
  }
}

async function checkReading(connection: DuckDBConnection, sql: string): Promise<void> {
  const statements = await connection.extractStatements(sql);
  if (statements.count !== 1) throw new UsageError(`one statement, not ${statements.count}`);
  const { statementType } = await statements.prepare(0);
  if (!READING.has(statementType)) {
    throw new UsageError(`the ledger is only read: ${StatementType[statementType]} is no SELECT`);
  }
}

async function printJson(data: LedgerData, sql: string): Promise<void> {
  for await (const row of data.stream<object>(sql)) console.log(JSON.stringify(row, plainJson));
}

async function printCsv(data: LedgerData, sql: string): Promise<void> {
  let head = true;
  for await (const row of data.stream<object>(sql)) {
    if (head) console.log(csv(Object.keys(row)));
    head = false;
    console.log(csv(Object.values(row).map(cell)));
  }
}

async function printTable(data: LedgerData, sql: string): Promise<void> {
  const rows: string[][] = [];
  let names: string[] = [];
  let left = false;
  for await (const row of data.stream<object>(sql)) {
    if (rows.length === SHOWN_ROWS) {
      left = true;
      break;
    }
    names = Object.keys(row);
    rows.push(Object.values(row).map((value) => printable(cell(value) ?? 'NULL')));
  }
  if (rows.length > 0) console.log(table(names.map(printable), rows));
  console.error(left ? `the first ${SHOWN_ROWS} rows; --csv and --json give all` : `${rows.length} rows`);
}
