import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ifMissing, mailFiles } from './files.ts';

/** Throws where the database is gone and its mail is not: with an empty one in its place nobody would know what is held. */
export async function refuseWithoutRows(database: string, directory: string): Promise<void> {
  if ((await stat(database).catch(ifMissing)) !== null) return;
  for await (const { id } of mailFiles(directory)) {
    if (id === null) continue;
    throw new Error(
      `${database} is gone, and there is mail in ${join(directory, 'mail')}. Restore it from a backup, or move that folder away, too.`,
    );
  }
}
