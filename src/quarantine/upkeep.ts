import { isAbandoned } from './claims.ts';
import type { FoundMail, MailStore } from './mail/mail-store.ts';
import type { Held } from './quarantine.ts';
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

  /** Puts interrupted releases of dead processes back. */
  async putBack(): Promise<void> {
    const now = this.#now();
    for (const claim of await this.#rows.claims())
      if (isAbandoned(claim, now)) await this.#rows.putBack(claim, 'release_interrupted');
  }

  /**
   * Removes what dead processes left in the store: files that were never written whole. Whole ones without a row stay for the time of
   * all held mail: `damages` tells them, and nobody knows what became of the row.
   */
  async clear(): Promise<void> {
    const now = this.#now();
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
    await this.putBack();
    await this.clear();
    await this.#store.tidy(this.#now());
    return expired;
  }

  /**
   * Rows and mail that do not belong together. The store is listed once, and asked about a single mail only where the listing does not
   * fit its row: a bucket is asked once a thousand mails. Names and sizes of all mail are in memory meanwhile, some 200 bytes each.
   */
  async damages(): Promise<readonly Damage[]> {
    const listed = new Map<string, FoundMail>();
    for await (const file of this.#store.files()) if (file.id !== null) listed.set(file.name, file);
    const damages: Damage[] = [];
    for await (const held of this.#rows.withMail()) {
      const name = this.#store.nameOf(held.id, held.heldAt);
      const size = listed.get(name)?.sizeBytes;
      listed.delete(name);
      if (size === held.sizeBytes) continue;
      const problem = await this.#problemOf(held);
      if (problem !== null) damages.push({ id: held.id, problem });
    }
    for (const { id, name, modifiedAt } of listed.values()) {
      if (id === null || this.#now().getTime() - modifiedAt.getTime() <= ORPHAN_MS) continue;
      const row = await this.#rows.get(id, WHOLE);
      if (row === null || this.#store.nameOf(row.id, row.heldAt) !== name)
        damages.push({ id, problem: 'unlisted' });
    }
    return damages;
  }

  /** Of a mail that was not in the listing as its row says: it may have come, been deleted or have expired since. */
  async #problemOf(held: Held): Promise<'missing' | 'size' | null> {
    const found = await this.#store.sizeOf(held.id, held.heldAt);
    if (found === held.sizeBytes) return null;
    const row = await this.#rows.get(held.id, WHOLE);
    if (row === null || isWithoutMail(row)) return null;
    return found === null ? 'missing' : 'size';
  }
}
