import { chmod, link, mkdir, open, readdir, rm, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { CLOSE_AFTER_MS, HOUR_MS, type LedgerFile, ledgerFiles } from '../../ledger/files.ts';
import type { BadLine } from '../../ledger/reader.ts';
import { COLUMNS, FOLDERS, KEYS, KINDS, type Kind } from './columns.ts';
import { startEngine } from './engine.ts';
import { createTables, dropContained, dropRepeated, loadFile, openTable } from './load.ts';
import {
  dayOf,
  isContained,
  type Part,
  partsOf,
  SOURCES_KEY,
  type Source,
  sourceName,
  sourceOf,
  sourcesOf,
} from './parts.ts';
import { literal } from './quote.ts';

const DAY_MS = 24 * HOUR_MS;
const TEMPORARY = /^\.part-\d+\.parquet\.\d+\.tmp$/;

/** Decisions have some 20 KB of JSON: a row group of so many is written from some 100 MB of memory. */
const ROW_GROUP = 5_000;

export interface CompactOptions {
  readonly ledger: string;
  readonly parquet: string;
  readonly now: Date;
  /** Compacted days past it are removed, as the ledger removes its hours; null keeps all. */
  readonly retentionDays: number | null;
  readonly onBadLine?: (bad: BadLine) => void;
}

/** What a compaction did. */
export interface Compacted {
  /** Parts written now, oldest day first. */
  readonly written: readonly (Part & { readonly records: number })[];
  /** Days removed, past the retention. */
  readonly removed: readonly string[];
  readonly badLines: number;
}

/**
 * Writes the closed days of a ledger as Parquet, `decisions/day=2026-03-01/part-0.parquet`, once. What comes late to a day (after a clock was
 * set back) becomes a further part. A part appears whole or not at all; two compactions at once write it once.
 */
export async function compact(options: CompactOptions): Promise<Compacted> {
  await using stack = new AsyncDisposableStack();
  const connection = await startEngine(stack);
  await createTables(connection);
  const { now } = options;
  const files = (await ledgerFiles(options.ledger)).filter(
    (file) => Date.parse(dayOf(file)) + DAY_MS + CLOSE_AFTER_MS <= now.getTime(),
  );
  const written: (Part & { readonly records: number })[] = [];
  const removed: string[] = [];
  let badLines = 0;
  const onBadLine = (bad: BadLine) => {
    badLines += 1;
    options.onBadLine?.(bad);
  };
  for (const kind of KINDS) {
    removed.push(...(await removeOld(options, kind)));
    const days = Map.groupBy(
      files.filter((file) => file.kind === kind),
      dayOf,
    );
    for (const [day, ofDay] of days) {
      const part = await compactDay(connection, { ...options, onBadLine }, { kind, day, files: ofDay });
      if (part !== null) written.push(part);
    }
  }
  return { written, removed: [...new Set(removed)].sort(), badLines };
}

interface Day {
  readonly kind: Kind;
  readonly day: string;
  readonly files: readonly LedgerFile[];
}

/** Null where the parts of the day have it all. */
async function compactDay(
  connection: DuckDBConnection,
  options: CompactOptions & { readonly onBadLine: (bad: BadLine) => void },
  { kind, day, files }: Day,
): Promise<(Part & { readonly records: number }) | null> {
  const parts = (await partsOf(options.parquet, kind)).filter((part) => part.day === day);
  const known = await sourcesOf(connection, parts);
  const sources: Source[] = [];
  await connection.run(`DELETE FROM ${openTable(kind)}`);
  for (const file of files) {
    const source = await sourceOf(file);
    if (isContained(source, known.get(sourceName(file)) ?? [])) continue;
    sources.push(source);
    await loadFile(connection, file, options.onBadLine);
  }
  if (sources.length === 0) return null;
  await dropRepeated(connection, kind);
  await dropContained(connection, kind, parts);
  const folder = join(options.parquet, FOLDERS[kind], `day=${day}`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await removeTemporaries(folder, options.now);
  const name = `part-${parts.length}.parquet`;
  const temporary = join(folder, `.${name}.${process.pid}.tmp`);
  try {
    const records = await writePart(connection, kind, temporary, sources);
    const path = join(folder, name);
    return (await publish(temporary, path)) ? { kind, day, path, records } : null;
  } finally {
    await rm(temporary, { force: true });
  }
}

async function writePart(
  connection: DuckDBConnection,
  kind: Kind,
  path: string,
  sources: readonly Source[],
): Promise<number> {
  const names = COLUMNS[kind].map(({ name }) => `"${name}"`).join(', ');
  const metadata = `{${SOURCES_KEY}: ${literal(JSON.stringify(sources))}}`;
  const result = await connection.runAndReadAll(
    `COPY (SELECT ${names} FROM ${openTable(kind)} ORDER BY "at", "${KEYS[kind]}") TO ${literal(path)}
      (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${ROW_GROUP}, KV_METADATA ${metadata})`,
  );
  return Number(result.getRows()[0]?.[0]);
}

/** On disk before it has its name. False where another process was first: then what it left out is taken the next time. */
async function publish(temporary: string, path: string): Promise<boolean> {
  await chmod(temporary, 0o600);
  const file = await open(temporary, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    await link(temporary, path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** What a crash left. A part is written in minutes, so one of yesterday is nobody's. */
async function removeTemporaries(folder: string, now: Date): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!TEMPORARY.test(name)) continue;
    const path = join(folder, name);
    if (now.getTime() - (await stat(path)).mtimeMs > DAY_MS) await unlink(path);
  }
}

async function removeOld({ parquet, now, retentionDays }: CompactOptions, kind: Kind): Promise<string[]> {
  if (retentionDays === null) return [];
  const old = (await partsOf(parquet, kind)).filter(
    ({ day }) => now.getTime() - (Date.parse(day) + DAY_MS) > retentionDays * DAY_MS,
  );
  const days = [...new Set(old.map(({ day }) => day))];
  for (const day of days)
    await rm(join(parquet, FOLDERS[kind], `day=${day}`), { recursive: true, force: true });
  return days;
}
