import { setTimeout as sleep } from 'node:timers/promises';
import { isLocked } from '../sqlite.ts';

/** Other processes write for milliseconds; a lock for longer than this is a fault, and the sender gets a 4xx. */
const PATIENCE_MS = 2_000;
const PAUSE_MS = 20;

/** Errors of PostgreSQL after which the same transaction may go through: 40001 serialization failure, 40P01 deadlock. */
const AGAIN = ['40001', '40P01'];

/** Tries the whole of `work`, which must be one transaction, again while another process has the lock. Throws what the last attempt threw. */
export async function patiently<T>(work: () => Promise<T>): Promise<T> {
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isPassing(error) || performance.now() > end) throw error;
    }
    await sleep(PAUSE_MS);
  }
}

function isPassing(error: unknown): boolean {
  if (isLocked(error)) return true;
  return error instanceof Error && 'code' in error && AGAIN.includes(String(error.code));
}
