import { sqliteCode } from './sqlite.ts';

/** Errors of the system, and primary result codes of SQLite (https://www.sqlite.org/rescode.html), that say: there is no room. */
const FULL: readonly (string | number)[] = ['ENOSPC', 'EDQUOT', 13];
/** Those that say that the disk, or the system below it, does not do its work just now: 5 busy, 6 locked, 8 read-only, 10 input/output. */
const FAILED: readonly (string | number)[] = ['EIO', 'EMFILE', 'ENFILE', 'EROFS', 5, 6, 8, 10];

/** A store that cannot take anything now; later it may. The message names the path. */
export class StorageError extends Error {
  override readonly name = 'StorageError';
  readonly problem: 'full' | 'failed';
  /** The error code below it, where it has one. */
  readonly code: string;

  constructor(path: string, problem: 'full' | 'failed', cause: Error, code: string) {
    super(`${path}: ${cause.message}`, { cause });
    this.problem = problem;
    this.code = code;
  }
}

/** The error as a StorageError where the store at `path` is full or failing; any other error as it is. */
export function asStorageError(path: string, error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof StorageError) return error;
  const code = sqliteCode(error) ?? ('code' in error ? error.code : null);
  if (typeof code !== 'string' && typeof code !== 'number') return error;
  const name = typeof code === 'string' ? code : `SQLITE_${code}`;
  if (FULL.includes(code)) return new StorageError(path, 'full', error, name);
  return FAILED.includes(code) ? new StorageError(path, 'failed', error, name) : error;
}
