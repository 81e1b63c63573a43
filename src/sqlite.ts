import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';

/** Primary result codes, https://www.sqlite.org/rescode.html. */
const BUSY = 5;
const LOCKED = 6;
const CORRUPT = 11;
const NOT_A_DATABASE = 26;
const PRIMARY_CODE_MASK = 0xff;

/** How a store wants its file opened. */
export interface SqliteOptions {
  /** One SQL script per schema version; `user_version` counts those that ran. Only ever appended to. Null: somebody else keeps the schema. */
  readonly migrations: readonly string[] | null;
  /** `full`: a commit survives a power cut. `normal`: it survives the end of the process. */
  readonly durability: 'full' | 'normal';
  /** How long a statement waits for another process. The thread waits with it, so this is short. */
  readonly busyMs: number;
  /** What the operator can do about a damaged file; one sentence. */
  readonly remedy: string;
}

/** Opens or creates a SQLite file in WAL mode at the newest schema. Throws an Error that names the path and what to do. */
export function openSqlite(path: string, options: SqliteOptions): DatabaseSync {
  let database: DatabaseSync | null = null;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    // SQLite would make it for everybody to read; its log and index get the mode of the file.
    closeSync(openSync(path, 'a', 0o600));
    database = new DatabaseSync(path, { timeout: options.busyMs });
    database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${options.durability}`);
    if (options.migrations !== null) migrate(database, options.migrations);
    // Reads something: a damaged file is told here, not by the first question.
    else schemaVersion(database);
    return database;
  } catch (error) {
    database?.close();
    throw new Error(`${path}: ${whatIsWrong(error, options.remedy)}`, { cause: error });
  }
}

/** Runs `work` in one write transaction: all of it happens, or nothing. */
export function inTransaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    // A failed COMMIT may already have rolled back; a second ROLLBACK would hide the first error.
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

/** Between two attempts; the other process writes for milliseconds. */
const LOCKED_PAUSE_MS = 20;

/**
 * Tries again for `patienceMs` while another process has the lock. Unlike SQLite's own waiting (`busyMs`) this does not hold the thread,
 * so other mail goes on meanwhile. Throws what the last attempt threw.
 */
export async function whenUnlocked<T>(patienceMs: number, work: () => T): Promise<T> {
  const end = performance.now() + patienceMs;
  for (;;) {
    try {
      return work();
    } catch (error) {
      if (!isLocked(error) || performance.now() > end) throw error;
    }
    await sleep(LOCKED_PAUSE_MS);
  }
}

function migrate(database: DatabaseSync, migrations: readonly string[]): void {
  if (schemaVersion(database) === migrations.length) return;
  inTransaction(database, () => {
    // Read again under the lock: another process may have migrated in between.
    const version = schemaVersion(database);
    if (version > migrations.length) {
      throw new Error(`its schema is ${version}, and this Postern knows ${migrations.length} at most`);
    }
    for (const script of migrations.slice(version)) database.exec(script);
    database.exec(`PRAGMA user_version = ${migrations.length}`);
  });
}

function schemaVersion(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.user_version ?? 0);
}

function whatIsWrong(error: unknown, remedy: string): string {
  const message = error instanceof Error ? error.message : String(error);
  if (isDamaged(error)) {
    return `damaged, or not a SQLite database (${message}). ${remedy}`;
  }
  if (isLocked(error)) return `locked by another process (${message})`;
  return message;
}

/** Another process has the lock that this needs. */
export function isLocked(error: unknown): boolean {
  const code = sqliteCode(error);
  return code === BUSY || code === LOCKED;
}

export function isDamaged(error: unknown): boolean {
  const code = sqliteCode(error);
  return code === CORRUPT || code === NOT_A_DATABASE;
}

/** Primary result code of an error of node:sqlite; null for other errors. */
export function sqliteCode(error: unknown): number | null {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return null;
  return error.errcode & PRIMARY_CODE_MASK;
}
