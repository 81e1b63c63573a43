import { isAbandoned } from './claims.ts';
import type { MailStore } from './mail/mail-store.ts';
import { type HeldRows, isWithoutMail } from './rows.ts';
import { WHOLE } from './scope.ts';

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
  readonly store: MailStore;
  readonly rows: HeldRows;
  readonly retentionMs: number;
  readonly now: () => Date;
}

/** Keeps rows and mail of a quarantine together, and ends what is past its time. */
export class Upkeep {
  readonly #store: MailStore;
  readonly #rows: HeldRows;
  readonly #retentionMs: number;
  readonly #now: () => Date;

  constructor({ store, rows, retentionMs, now }: UpkeepOptions) {
    this.#store = store;
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
    for (const claim of await this.#rows.claims())
      if (isAbandoned(claim, now)) await this.#rows.putBack(claim, 'release_interrupted');
    for await (const file of this.#store.files()) {
      const row = file.id === null ? null : await this.#rows.get(file.id, WHOLE);
      const gone = row !== null && isWithoutMail(row);
      const orphan = row === null || this.#store.nameOf(row.id, row.heldAt) !== file.name;
      const lasts = file.id === null ? ORPHAN_MS : this.#retentionMs;
      const old = now.getTime() - file.modifiedAt.getTime() > lasts;
      if (gone || (orphan && old)) await this.#store.drop(file.name);
    }
  }

  /** Ends what was held before the retention; gives how many mails went. */
  async expire(now: Date): Promise<number> {
    const oldest = new Date(now.getTime() - this.#retentionMs);
    let expired = 0;
    for (const held of await this.#rows.before(oldest, false)) {
      const was = await this.#rows.end(held.id, now);
      if (was === null) continue;
      await this.#store.remove(held.id, held.heldAt);
      if (was !== 'deleted') expired += 1;
    }
    const longGone = new Date(oldest.getTime() - this.#retentionMs);
    for (const held of await this.#rows.before(longGone, true)) await this.#rows.end(held.id, now);
    await this.recover();
    await this.#store.tidy(this.#now());
    return expired;
  }

  /** Rows and mail that do not belong together. */
  async damages(): Promise<readonly Damage[]> {
    const damages: Damage[] = [];
    for await (const held of this.#rows.withMail()) {
      const found = await this.#store.sizeOf(held.id, held.heldAt);
      if (found === held.sizeBytes) continue;
      // It may have been deleted or have expired since the rows were read.
      const row = await this.#rows.get(held.id, WHOLE);
      if (row === null || isWithoutMail(row)) continue;
      damages.push({ id: held.id, problem: found === null ? 'missing' : 'size' });
    }
    for await (const { id, name, modifiedAt } of this.#store.files()) {
      if (id === null || this.#now().getTime() - modifiedAt.getTime() <= ORPHAN_MS) continue;
      const row = await this.#rows.get(id, WHOLE);
      if (row === null || this.#store.nameOf(row.id, row.heldAt) !== name)
        damages.push({ id, problem: 'unlisted' });
    }
    return damages;
  }
}
