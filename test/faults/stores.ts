import { copyFile, mkdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { newMailId } from '../../src/mail/id.ts';
import { mailPath } from '../../src/quarantine/files.ts';
import { until } from '../system/servers/wait.ts';
import type { FaultCase, Trial } from './trial.ts';

const SQLITE_FILES = ['quarantine.sqlite', 'quarantine.sqlite-wal', 'quarantine.sqlite-shm'];

/** F3: stores that are locked, damaged or gone, and back. */
export const STORE_FAULTS: readonly FaultCase[] = [
  {
    name: 'locked:quarantine',
    id: 'F3',
    isQuick: true,
    ground: 'plain',
    run: (trial) =>
      whileLocked(trial, trial.ground.pathOf('quarantine', 'quarantine.sqlite'), async () => {
        await trial.expectProbe('held', 'small', '451 4.3.0');
        await trial.expectProbe('relayed', 'large', '250');
      }),
  },
  {
    name: 'locked:reputation',
    id: 'F3',
    ground: 'plain',
    run: (trial) =>
      whileLocked(trial, trial.ground.pathOf('reputation.sqlite'), async () => {
        await trial.expectProbe('held', 'small', '250');
        await trial.send();
      }),
  },
  { name: 'damaged:mail-files', id: 'F3', ground: 'plain', run: tellsDamages },
  { name: 'damaged:quarantine', id: 'F3', ground: 'plain', run: (trial) => withoutRows(trial, 'damaged') },
  { name: 'gone:quarantine', id: 'F3', ground: 'plain', run: (trial) => withoutRows(trial, 'gone') },
];

/** The lock is that of another process: this one. */
async function whileLocked(trial: Trial, path: string, work: () => Promise<void>): Promise<void> {
  const database = new DatabaseSync(path);
  try {
    database.exec('BEGIN EXCLUSIVE');
    const sending = trial.send();
    await work();
    database.exec('ROLLBACK');
    await sending;
  } finally {
    database.close();
  }
}

/** A row without its file, and a file without a row: both are in the log of the next start. */
async function tellsDamages(trial: Trial): Promise<void> {
  const { ground } = trial;
  await trial.send();
  const [held] = trial.rows().filter(({ state }) => state === 'held');
  if (held === undefined) throw new Error('nothing is held');
  await ground.stop();
  const path = mailPath(ground.pathOf('quarantine'), held.id, held.heldAt);
  const unlisted = newMailId();
  const orphan = mailPath(ground.pathOf('quarantine'), unlisted, held.heldAt);
  await copyFile(path, orphan);
  const twoHoursAgo = new Date(Date.now() - 7_200_000);
  await utimes(orphan, twoHoursAgo, twoHoursAgo);
  await rename(path, `${path}.aside`);
  try {
    await ground.start();
    await until(
      'the log names both',
      async () => {
        const lines = (await ground.postern.log()).split('\n');
        const told = lines.filter((line) => line.includes('quarantine_damaged')).at(-1) ?? '';
        return told.includes(held.id) && told.includes(unlisted);
      },
      10_000,
    );
  } finally {
    await rename(`${path}.aside`, path);
    await rm(orphan);
  }
}

/** The gate does not start and says which file; with the file back everything that was held still is. */
async function withoutRows(trial: Trial, how: 'damaged' | 'gone'): Promise<void> {
  const { ground } = trial;
  await trial.send();
  await ground.stop();
  const folder = ground.pathOf('quarantine');
  const aside = ground.pathOf('aside');
  await mkdir(aside);
  const moved: string[] = [];
  for (const name of SQLITE_FILES) {
    const isThere = await rename(join(folder, name), join(aside, name)).then(
      () => true,
      () => false,
    );
    if (isThere) moved.push(name);
  }
  if (how === 'damaged') await writeFile(join(folder, 'quarantine.sqlite'), 'not a database '.repeat(500));
  const said = await ground.start().then(
    () => 'it started',
    (error: Error) => error.message,
  );
  for (const name of SQLITE_FILES) await rm(join(folder, name), { force: true });
  for (const name of moved) await rename(join(aside, name), join(folder, name));
  await rm(aside, { recursive: true });
  const expected = how === 'damaged' ? 'quarantine.sqlite: damaged' : 'quarantine.sqlite is gone';
  if (!said.includes(expected)) throw new Error(`started without its rows it said: ${said.slice(-500)}`);
  await ground.start();
}
