import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Experiments, ExperimentsMistake, readExperiments, renderExperiments } from './file.ts';

/** Changing the file takes milliseconds: a lock that is older was left by a process that died. */
export const STALE_LOCK_MS = 10_000;

const WAIT_MS = 20;

/**
 * Changes the file: reads it, lets `change` say what it is to be, and puts the new one in its place at once, readable by its owner
 * alone, so a gate never reads half of it. Two processes that change it do so one after the other.
 */
export async function updateExperiments<T extends { readonly experiments: Experiments }>(
  path: string,
  change: (now: Experiments) => T,
): Promise<T> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const lock = `${path}.lock`;
  await take(lock);
  try {
    const changed = change(readExperiments(path));
    await replaceFile(path, renderExperiments(changed.experiments));
    return changed;
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
    if (Date.now() > until) throw new ExperimentsMistake(`${lock}: another process holds it`);
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

async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  const file = await open(temporary, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
}
