import { open, rename, rm, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Mistake } from './mistake.ts';

/** Changing a small file takes milliseconds: a lock that is older was left by a process that died. */
export const STALE_LOCK_MS = 10_000;

const WAIT_MS = 20;

/** Does `work` while `PATH.lock` is ours: processes that change one file do so one after the other. */
export async function withFileLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  const lock = `${path}.lock`;
  await take(lock);
  try {
    return await work();
  } finally {
    await rm(lock, { force: true });
  }
}

async function take(lock: string): Promise<void> {
  const until = Date.now() + 2 * STALE_LOCK_MS;
  for (;;) {
    try {
      await (await open(lock, 'wx', 0o600)).close();
      return;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    const made = await madeAt(lock);
    // A lock that just went is not stale: removing it now could remove the next one's.
    if (made !== null && Date.now() - made > STALE_LOCK_MS) await rm(lock, { force: true });
    if (Date.now() > until) throw new Mistake(`${lock}: another process holds it`);
    await sleep(WAIT_MS);
  }
}

/** When the lock was made; null where it is gone. */
async function madeAt(lock: string): Promise<number | null> {
  try {
    return (await stat(lock)).mtimeMs;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

/** Puts a new file in the place of the old one at once: a reader, or a crash, meets the one or the other, never half of one. */
export async function replaceFile(path: string, text: string, mode: number): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const file = await open(temporary, 'w', mode);
    try {
      // The mode given to open() is cut by the umask.
      await file.chmod(mode);
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
