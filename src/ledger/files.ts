import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, readdir, rename, rm, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { faultPoint } from '../faults.ts';
import type { RecordKind } from './record.ts';

export const HOUR_MS = 3_600_000;

/** An hour is closed this long after its end: other processes (feedback) may still be writing their last line to it. */
export const CLOSE_AFTER_MS = 300_000;

const PREFIXES = { decision: 'decisions', feedback: 'feedback', audit: 'audit' } as const;
const NAME = /^(decisions|feedback|audit)-(\d{4})(\d\d)(\d\d)T(\d\d)(?:\.\d+)?\.ndjson(\.gz)?$/;
const TEMPORARY = /^(decisions|feedback|audit)-[\dT.]+\.ndjson\.gz\.\d+\.tmp$/;

export interface LedgerFile {
  readonly name: string;
  readonly path: string;
  readonly kind: RecordKind;
  /** Start of its hour, milliseconds since the epoch. */
  readonly hour: number;
  readonly compressed: boolean;
}

/** `decisions-20260301T12.ndjson` for records written in that hour (UTC). */
export function fileName(kind: RecordKind, at: Date): string {
  const hour = at.toISOString().slice(0, 13).replaceAll('-', '');
  return `${PREFIXES[kind]}-${hour}.ndjson`;
}

/** The files of a ledger, oldest first; none where there is no folder. What is not named like one is left alone. */
export async function ledgerFiles(directory: string): Promise<LedgerFile[]> {
  const names = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const files = names.map((name) => parseName(directory, name)).filter((file) => file !== null);
  return files.sort((a, b) => a.hour - b.hour || (a.name < b.name ? -1 : 1));
}

function parseName(directory: string, name: string): LedgerFile | null {
  const match = NAME.exec(name);
  if (match === null) return null;
  const [, prefix, year, month, day, hour, gz] = match;
  return {
    name,
    path: join(directory, name),
    kind: prefix === 'feedback' || prefix === 'audit' ? prefix : 'decision',
    hour: Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour)),
    compressed: gz !== undefined,
  };
}

/** Compresses closed hours, removes those past the retention and what a crash left half compressed. */
export async function tidyFiles(directory: string, now: Date, retentionMs: number): Promise<void> {
  for (const file of await ledgerFiles(directory)) {
    const closedFor = now.getTime() - file.hour - HOUR_MS;
    if (closedFor > retentionMs) await rm(file.path, { force: true });
    else if (!file.compressed && closedFor > CLOSE_AFTER_MS) await compress(file);
  }
  for (const name of await readdir(directory)) {
    if (TEMPORARY.test(name) && !name.endsWith(`.${process.pid}.tmp`))
      await rm(join(directory, name), { force: true });
  }
}

/**
 * Writes `<file>.gz` and removes the file. A crash between the two leaves both: then they are compared, and only what
 * differs (lines that came late, after a clock was set back) gets a file of its own.
 */
async function compress(file: LedgerFile): Promise<void> {
  for (let copy = 0; ; copy += 1) {
    const target = copy === 0 ? `${file.path}.gz` : file.path.replace(/\.ndjson$/, `.${copy}.ndjson.gz`);
    const there = await contentHash(target, true);
    if (there === null) {
      const temporary = `${target}.${process.pid}.tmp`;
      await pipeline(createReadStream(file.path), createGzip(), createWriteStream(temporary));
      await sync(temporary);
      faultPoint('ledger:compressed');
      await rename(temporary, target);
      faultPoint('ledger:renamed');
    } else if (there !== (await contentHash(file.path, false))) {
      continue;
    }
    await unlink(file.path);
    return;
  }
}

/** Null where there is no such file. */
async function contentHash(path: string, compressed: boolean): Promise<string | null> {
  const hash = createHash('sha256');
  try {
    if (compressed) await pipeline(createReadStream(path), createGunzip(), hash);
    else await pipeline(createReadStream(path), hash);
    return hash.digest('hex');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

async function sync(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
