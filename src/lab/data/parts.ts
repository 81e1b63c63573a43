import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { LedgerFile } from '../../ledger/files.ts';
import { FOLDERS, type Kind } from './columns.ts';

const DAY = /^day=(\d{4}-\d\d-\d\d)$/;
const PART = /^part-\d+\.parquet$/;

/** Key of a part's metadata: which files of the ledger it was made from. */
export const SOURCES_KEY = 'postern_sources';

/** A Parquet file of one day: `decisions/day=2026-03-01/part-0.parquet`. */
export interface Part {
  readonly path: string;
  readonly kind: Kind;
  readonly day: string;
}

/** A file of the ledger as it was when a part was made from it. */
export interface Source {
  /** Without `.gz`: compressing a file changes none of its records. */
  readonly name: string;
  /** Uncompressed, modulo 2^32: as the trailer of a .gz has it (RFC 1952, ISIZE). */
  readonly bytes: number;
}

/** The day in which the records of a file were written. Records of the last seconds of a day may be in the next one. */
export function dayOf(file: Pick<LedgerFile, 'hour'>): string {
  return new Date(file.hour).toISOString().slice(0, 10);
}

/** The parts of a kind, oldest day first; none where there is no folder. */
export async function partsOf(parquet: string, kind: Kind): Promise<Part[]> {
  const folder = join(parquet, FOLDERS[kind]);
  const parts: Part[] = [];
  for (const name of (await names(folder)).sort()) {
    const day = DAY.exec(name)?.[1];
    if (day === undefined) continue;
    for (const file of (await names(join(folder, name))).sort())
      if (PART.test(file)) parts.push({ path: join(folder, name, file), kind, day });
  }
  return parts;
}

/** Which files of the ledger are in these parts, by name. */
export async function sourcesOf(
  connection: DuckDBConnection,
  parts: readonly Part[],
): Promise<Map<string, Source[]>> {
  const sources = new Map<string, Source[]>();
  for (const { path } of parts) {
    const rows = await connection.runAndReadAll(
      'SELECT decode(value) FROM parquet_kv_metadata($path) WHERE decode(key) = $key',
      { path, key: SOURCES_KEY },
    );
    for (const source of JSON.parse(String(rows.getRows()[0]?.[0] ?? '[]')) as Source[])
      sources.set(source.name, [...(sources.get(source.name) ?? []), source]);
  }
  return sources;
}

/** A file as a part names it. One that has gone since the folder was read was compressed, or is past its retention. */
export async function sourceOf(file: LedgerFile): Promise<Source> {
  try {
    return { name: sourceName(file), bytes: await bytesOf(file.path, file.compressed) };
  } catch (error) {
    if (!isMissing(error) || file.compressed) throw error;
    return { name: sourceName(file), bytes: await bytesOf(`${file.path}.gz`, true) };
  }
}

/** The name that a file has for parts. */
export function sourceName(file: Pick<LedgerFile, 'name'>): string {
  return file.name.replace(/\.gz$/, '');
}

/** Whether every record of the file is in a part. A file that has grown since is not. */
export function isContained(source: Source, known: readonly Source[]): boolean {
  return known.some((one) => one.bytes === source.bytes);
}

async function bytesOf(path: string, compressed: boolean): Promise<number> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    if (!compressed) return size % 2 ** 32;
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, Math.max(0, size - 4));
    return bytesRead === 4 ? buffer.readUInt32LE() : 0;
  } finally {
    await file.close();
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

async function names(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
}
