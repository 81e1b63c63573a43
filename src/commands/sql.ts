import { type DuckDBConnection, StatementType } from '@duckdb/node-api';
import { Argument, Command, InvalidArgumentError } from 'commander';
import { loadConfig } from '../config/load.ts';
import { csv } from '../lab/data/csv.ts';
import { type LedgerData, openLedgerData } from '../lab/data/open.ts';
import { describe } from '../ledger/reader.ts';
import { CONFIG_FILE } from './config-file.ts';
import { UsageError } from './failure.ts';
import { table } from './table.ts';

/** Options of the commands that read the ledger as data. */
export interface DataOptions {
  readonly config: string;
  readonly ledger?: string;
  readonly since?: Date;
  readonly until?: Date;
  readonly json?: boolean;
}

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
      .addArgument(new Argument('<statement>', 'one SELECT, DESCRIBE or EXPLAIN of DuckDB')),
  )
    .option('--csv', "CSV (RFC 4180); text that a spreadsheet would run gets a ' in front")
    .action(run);
}

export function withDataOptions(command: Command): Command {
  return command
    .option('-c, --config <file>', 'configuration', CONFIG_FILE)
    .option('--ledger <folder>', 'another ledger than that of the configuration, without compacted days')
    .option('--since <time>', 'records from this moment on (ISO 8601, UTC where no zone is given)', moment)
    .option('--until <time>', 'decisions before this moment', moment)
    .option('--json', 'one JSON object a row');
}

/** Opens what the options name; bad lines are told on standard error. */
export function openFrom(options: DataOptions): Promise<LedgerData> {
  const { since, until } = options;
  const { config } = loadConfig(options.config, process.env);
  const where =
    options.ledger === undefined
      ? { ledger: config.ledger.directory, parquet: config.lab.data }
      : { ledger: options.ledger };
  return openLedgerData({
    ...where,
    since,
    until,
    onBadLine: (bad) => console.error(`postern: ${describe(bad)}`),
  });
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
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
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

/** A value as text; null is null. */
export function cell(value: unknown): string | number | null {
  if (value === null || typeof value === 'string' || typeof value === 'number') return value as string | null;
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'object' ? JSON.stringify(value, plainJson) : String(value);
}

function plainJson(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

/** Control characters and such as turn text around are escaped: subjects are written by attackers. */
function printable(value: string | number): string {
  return String(value).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (one) => {
    const code = one.codePointAt(0) ?? 0;
    return `\\u{${code.toString(16)}}`;
  });
}

function moment(text: string): Date {
  const zoned = /(Z|[+-]\d\d:?\d\d)$/i.test(text) || !text.includes('T') ? text : `${text}Z`;
  const date = new Date(zoned);
  if (Number.isNaN(date.getTime())) throw new InvalidArgumentError('a time: 2026-03-01 or 2026-03-01T12:00Z');
  return date;
}
