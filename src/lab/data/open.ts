import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import { HOUR_MS, ledgerFiles } from '../../ledger/files.ts';
import type { BadLine } from '../../ledger/reader.ts';
import { KINDS, type Kind } from './columns.ts';
import { startEngine } from './engine.ts';
import { createTables, dropContained, dropRepeated, loadFile } from './load.ts';
import { dayOf, isContained, type Part, partsOf, sourceName, sourceOf, sourcesOf } from './parts.ts';
import { literal } from './quote.ts';
import { rowObjects } from './values.ts';
import { createViews, type Span } from './views.ts';

export interface OpenOptions extends Span {
  /** Folder of the ledger. */
  readonly ledger: string;
  /** Folder of compacted days; left out reads the ledger alone. */
  readonly parquet?: string | undefined;
  /** Hears of each line that could not be read. They are counted in `badLines` anyway. */
  readonly onBadLine?: (bad: BadLine) => void;
}

/** The ledger in SQL: views `decisions`, `findings`, `feature_values`, `feedback`, `labels`, `audit`. */
export interface LedgerData {
  /** Rows of one statement; `params` by name ($name) or in order. Errors are DuckDB's. */
  query<T>(sql: string, params?: Params): Promise<T[]>;
  /** The same, row by row, for results that should not be in memory at once. */
  stream<T>(sql: string, params?: Params): AsyncGenerator<T>;
  /** For what query does not give: types of columns, kinds of statements. */
  readonly connection: DuckDBConnection;
  /** Lines of open files that could not be read. */
  readonly badLines: number;
  /** Records of open files that were there more than once, by kind; the views have each once. */
  readonly repeated: Readonly<Record<Kind, number>>;
  close(): Promise<void>;
}

export type Params = DuckDBValue[] | Record<string, DuckDBValue>;

/**
 * Opens a ledger for SQL. Files that no part of the Parquet store contains are read into tables; after that DuckDB may read the parts and
 * nothing else, nor reach any network, and no statement can change that.
 */
export async function openLedgerData(options: OpenOptions): Promise<LedgerData> {
  await using stack = new AsyncDisposableStack();
  const connection = await startEngine(stack);
  const { parts, badLines, repeated } = await load(connection, options);
  await createViews(connection, parts, options);
  await lock(
    connection,
    KINDS.flatMap((kind) => parts[kind]),
  );
  const stream = async function* <T>(sql: string, params?: Params): AsyncGenerator<T> {
    for await (const row of rowObjects(await connection.stream(sql, params))) yield row as T;
  };
  const opened = stack.move();
  return {
    stream,
    query: <T>(sql: string, params?: Params): Promise<T[]> => Array.fromAsync(stream<T>(sql, params)),
    connection,
    badLines,
    repeated,
    close: () => opened.disposeAsync(),
  };
}

interface Loaded {
  readonly parts: Readonly<Record<Kind, readonly Part[]>>;
  readonly badLines: number;
  readonly repeated: Readonly<Record<Kind, number>>;
}

async function load(connection: DuckDBConnection, options: OpenOptions): Promise<Loaded> {
  await createTables(connection);
  const files = await ledgerFiles(options.ledger);
  const parts: Record<Kind, Part[]> = { decision: [], feedback: [], audit: [] };
  const repeated: Record<Kind, number> = { decision: 0, feedback: 0, audit: 0 };
  let badLines = 0;
  const onBadLine = (bad: BadLine) => {
    badLines += 1;
    options.onBadLine?.(bad);
  };
  for (const kind of KINDS) {
    const all = options.parquet === undefined ? [] : await partsOf(options.parquet, kind);
    parts[kind] = all.filter((part) => isWanted(Date.parse(part.day) + 24 * HOUR_MS, options.since));
    const sources = await sourcesOf(connection, parts[kind]);
    for (const file of files) {
      if (file.kind !== kind || !isWanted(file.hour + HOUR_MS, options.since)) continue;
      const known = sources.get(sourceName(file)) ?? [];
      if (known.length === 0 || !isContained(await sourceOf(file), known))
        await loadFile(connection, file, onBadLine);
    }
    repeated[kind] = await dropRepeated(connection, kind);
    const days = new Set(files.map(dayOf));
    await dropContained(
      connection,
      kind,
      parts[kind].filter(({ day }) => days.has(day)),
    );
  }
  return { parts, badLines, repeated };
}

/** A record is never written before its time, so what closed before `since` has none of it. */
function isWanted(end: number, since: Date | undefined): boolean {
  return since === undefined || end > since.getTime();
}

async function lock(connection: DuckDBConnection, parts: readonly Part[]): Promise<void> {
  const paths = parts.map(({ path }) => literal(path)).join(', ');
  if (parts.length > 0) await connection.run(`SET allowed_paths = [${paths}]`);
  await connection.run('SET enable_external_access = false');
  await connection.run('SET lock_configuration = true');
}
