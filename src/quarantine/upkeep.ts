import { stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { isAbandoned } from './claims.ts';
import { ifMissing, mailFiles, mailPath, removeEmptyDays } from './files.ts';
import type { Held } from './quarantine.ts';
import type { HeldRows } from './rows.ts';

/** A file without a row this old is no mail that somebody is just about to hold: even a slow disk has written it by then. */
const ORPHAN_MS = 3_600_000;

/**
 * A row whose mail file is gone or not as it was written, or a mail file without a row: a crash before the row leaves one (nobody was
 * told 250 for it), and a database restored from an older backup leaves many.
 */
export interface Damage {
  readonly id: string;
  readonly problem: 'missing' | 'size' | 'unlisted';
}

export interface UpkeepOptions {
  readonly directory: string;
  readonly rows: HeldRows;
  readonly retentionMs: number;
  readonly now: () => Date;
}

/** Keeps rows and files of a quarantine together, and ends what is past its time. */
export class Upkeep {
  readonly #directory: string;
  readonly #rows: HeldRows;
  readonly #retentionMs: number;
  readonly #now: () => Date;

  constructor({ directory, rows, retentionMs, now }: UpkeepOptions) {
    this.#directory = directory;
    this.#rows = rows;
    this.#retentionMs = retentionMs;
    this.#now = now;
  }

  /**
   * Puts right what dead processes left: interrupted releases go back, files that were never written whole go. Whole ones without a
   * row stay for the time of all held mail: `damages` tells them, and nobody knows what became of the row.
   */
  async recover(): Promise<void> {
    const now = this.#now();
    for (const claim of this.#rows.claims()) {
      if (isAbandoned(claim, now))
        await this.#rows.change((rows) => rows.putBack(claim, 'release_interrupted'));
    }
    for await (const file of mailFiles(this.#directory)) {
      const row = file.id === null ? null : this.#rows.get(file.id);
      const gone = row !== null && (row.state === 'deleted' || row.state === 'expired');
      const orphan = row === null || this.#pathOf(row) !== file.path;
      const lasts = file.id === null ? ORPHAN_MS : this.#retentionMs;
      const old = now.getTime() - file.modifiedAt.getTime() > lasts;
      if (gone || (orphan && old)) await unlink(file.path).catch(ifMissing);
    }
  }

  /** Ends what was held before the retention; gives how many mails went. */
  async expire(now: Date): Promise<number> {
    const oldest = new Date(now.getTime() - this.#retentionMs);
    let expired = 0;
    for (const held of this.#rows.heldBefore(oldest, 'held')) {
      if (!(await this.#rows.change((rows) => rows.markExpired(held.id)))) continue;
      await unlink(this.#pathOf(held)).catch(ifMissing);
      expired += 1;
    }
    for (const held of this.#rows.heldBefore(oldest, 'released')) {
      if (!(await this.#rows.change((rows) => rows.remove(held.id, 'released')))) continue;
      await unlink(this.#pathOf(held)).catch(ifMissing);
      expired += 1;
    }
    const longGone = new Date(oldest.getTime() - this.#retentionMs);
    for (const [before, state] of [
      [oldest, 'deleted'],
      [longGone, 'expired'],
    ] as const)
      for (const held of this.#rows.heldBefore(before, state))
        await this.#rows.change((rows) => rows.remove(held.id, state));
    await this.recover();
    await removeEmptyDays(this.#directory, this.#now());
    return expired;
  }

  /** Rows and files that do not belong together. */
  async damages(): Promise<readonly Damage[]> {
    const damages: Damage[] = [];
    for (const held of [...this.#rows.withFile()]) {
      const found = await stat(this.#pathOf(held)).catch(ifMissing);
      if (found?.size === held.sizeBytes) continue;
      // It may have been deleted or have expired since the rows were read.
      const state = this.#rows.get(held.id)?.state;
      if (state === undefined || state === 'deleted' || state === 'expired') continue;
      damages.push({ id: held.id, problem: found === null ? 'missing' : 'size' });
    }
    for await (const { id, path, modifiedAt } of mailFiles(this.#directory)) {
      if (id === null || this.#now().getTime() - modifiedAt.getTime() <= ORPHAN_MS) continue;
      const row = this.#rows.get(id);
      if (row === null || this.#pathOf(row) !== path) damages.push({ id, problem: 'unlisted' });
    }
    return damages;
  }

  #pathOf(held: Held): string {
    return mailPath(this.#directory, held.id, held.heldAt);
  }
}

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
