import { asStorageError, StorageError } from '../storage-error.ts';

/** https://www.postgresql.org/docs/current/errcodes-appendix.html: 53100 disk full. */
const FULL = '53100';
/** Classes: 08 connection, 53 resources, 57 operator, 58 system; 25006 read-only (a standby). */
const FAILED = /^(08|53|57|58)|^25006$/;
/** Of the system below the connection. */
const UNREACHABLE =
  /^(ECONNREFUSED|ECONNRESET|ECONNABORTED|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|ENOENT)$/;
/** The client's own words have no code. */
const ENDED =
  /Connection terminated|timeout exceeded when trying to connect|Query read timeout|not queryable/;

/** The error as a StorageError where the database at `place` is gone, full or failing; any other error as it is. */
export function asDatabaseError(place: string, error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof StorageError) return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (code === FULL) return new StorageError(place, 'full', error, code);
  if (FAILED.test(code) || UNREACHABLE.test(code)) return new StorageError(place, 'failed', error, code);
  if (ENDED.test(error.message)) return new StorageError(place, 'failed', error, 'CONNECTION');
  return asStorageError(place, error);
}
