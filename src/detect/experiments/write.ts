import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { replaceFile, withFileLock } from '../../write-file.ts';
import { type Experiments, readExperiments, renderExperiments } from './file.ts';

/** Of its owner alone. */
const MODE = 0o600;

/**
 * Changes the file: reads it, lets `change` say what it is to be, and puts the new one in its place at once, readable by its owner
 * alone, so a gate never reads half of it. Two processes that change it do so one after the other.
 */
export async function updateExperiments<T extends { readonly experiments: Experiments }>(
  path: string,
  change: (now: Experiments) => T,
): Promise<T> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  return await withFileLock(path, async () => {
    const changed = change(readExperiments(path));
    await replaceFile(path, renderExperiments(changed.experiments), MODE);
    return changed;
  });
}
