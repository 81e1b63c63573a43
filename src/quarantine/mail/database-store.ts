import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { asDatabaseError } from '../../database/failures.ts';
import type { Database } from '../../database/open.ts';
import { patiently } from '../../database/patience.ts';
import type { Content } from '../../mail/mail.ts';
import { dayName } from './day-name.ts';
import { type FoundMail, type MailStore, refuseOtherLength } from './mail-store.ts';

/** A part is one row: 50 MB of mail never need a buffer, or a lock, of 50 MB. */
export const PART_BYTES = 262_144;

/** Of one question of the sweep. */
const NAMES_AT_ONCE = 1_000;

/** The store in the database of the rows; closing that is not its business. */
export function databaseStore(database: Database, place: string, now: () => Date): MailStore {
  return new DatabaseStore(database, place, now);
}

/**
 * Parts are written one by one, and the row says at the end that the mail is whole: one transaction around a big mail would hold
 * up all other writers of an SQLite database. What is not whole is never read, and the sweep takes it.
 */
class DatabaseStore implements MailStore {
  readonly place: string;
  readonly #database: Database;
  readonly #now: () => Date;

  constructor(database: Database, place: string, now: () => Date) {
    this.place = place;
    this.#database = database;
    this.#now = now;
  }

  async write(id: string, heldAt: Date, content: Content): Promise<void> {
    const name = this.nameOf(id, heldAt);
    await this.#asked(() => this.#begin(name, id));
    try {
      const sum = await this.#writeParts(name, content);
      await this.#asked(() => this.#end(name, content.size, sum));
    } catch (error) {
      // If this fails, too, the sweep finds it.
      await this.drop(name).catch(() => undefined);
      throw error;
    }
  }

  read(id: string, heldAt: Date, sizeBytes: number): Content {
    const name = this.nameOf(id, heldAt);
    return {
      size: sizeBytes,
      stream: () => Readable.from(sizeBytes === 0 ? [] : this.#bytes(name, sizeBytes), { objectMode: false }),
      head: (limit) => this.#head(name, Math.min(limit, sizeBytes)),
    };
  }

  async sizeOf(id: string, heldAt: Date): Promise<number | null> {
    return (await this.#whole(this.nameOf(id, heldAt)))?.size ?? null;
  }

  remove(id: string, heldAt: Date): Promise<void> {
    return this.drop(this.nameOf(id, heldAt));
  }

  nameOf(id: string, heldAt: Date): string {
    return dayName(id, heldAt);
  }

  async *files(): AsyncGenerator<FoundMail> {
    for (let after = ''; ; ) {
      const rows = await this.#asked(() => this.#namesAfter(after));
      for (const row of rows) {
        const whole = row.size_bytes !== null;
        yield {
          name: row.name,
          id: whole ? row.mail_id : null,
          modifiedAt: new Date(Number(row.stored_at)),
          sizeBytes: Number(row.size_bytes ?? 0),
        };
      }
      const last = rows.at(-1);
      if (last === undefined) return;
      after = last.name;
    }
  }

  async drop(name: string): Promise<void> {
    await this.#asked(() =>
      this.#database.transaction().execute(async (transaction) => {
        await transaction.deleteFrom('mail').where('name', '=', name).execute();
        await transaction.deleteFrom('mail_part').where('name', '=', name).execute();
      }),
    );
  }

  async tidy(): Promise<void> {}

  async writable(): Promise<void> {
    // Takes the lock of a writer, and finds nothing to delete.
    await this.#asked(() => this.#database.deleteFrom('mail').where('name', '=', '').execute());
  }

  async close(): Promise<void> {}

  async #begin(name: string, id: string): Promise<void> {
    const stored_at = this.#now().getTime();
    await this.#database.transaction().execute(async (transaction) => {
      await transaction.deleteFrom('mail').where('name', '=', name).execute();
      await transaction.deleteFrom('mail_part').where('name', '=', name).execute();
      await transaction
        .insertInto('mail')
        .values({ name, mail_id: id, stored_at, size_bytes: null, sha256: null })
        .execute();
    });
  }

  async #end(name: string, size: number, sha256: string): Promise<void> {
    const [done] = await this.#database
      .updateTable('mail')
      .set({ size_bytes: size, sha256, stored_at: this.#now().getTime() })
      .where('name', '=', name)
      .where('size_bytes', 'is', null)
      .execute();
    if (done?.numUpdatedRows !== 1n)
      throw new Error(`${this.place}: ${name} was taken away while it was written`);
  }

  async #writeParts(name: string, content: Content): Promise<string> {
    const hash = createHash('sha256');
    let written = 0;
    let number = 0;
    for await (const bytes of inParts(content.stream())) {
      hash.update(bytes);
      written += bytes.length;
      const part = { name, number, bytes };
      await this.#asked(() => this.#database.insertInto('mail_part').values(part).execute());
      number += 1;
    }
    refuseOtherLength(name, written, content);
    return hash.digest('hex');
  }

  async *#bytes(name: string, size: number): AsyncGenerator<Uint8Array> {
    const whole = await this.#whole(name);
    const hash = createHash('sha256');
    let given = 0;
    for (let number = 0; whole !== null && given < size; number += 1) {
      const bytes = await this.#part(name, number);
      if (bytes === null) break;
      hash.update(bytes);
      given += bytes.length;
      yield bytes;
    }
    if (whole === null) throw new Error(`${this.place}: ${name} is not there`);
    if (given !== size || hash.digest('hex') !== whole.sha256)
      throw new Error(`${this.place}: ${name} is not what was written: ${given} of ${size} bytes`);
  }

  async #head(name: string, length: number): Promise<Buffer> {
    if (length > 0 && (await this.#whole(name)) === null)
      throw new Error(`${this.place}: ${name} is not there`);
    const parts: Uint8Array[] = [];
    for (let given = 0; given < length; ) {
      const bytes = await this.#part(name, parts.length);
      if (bytes === null)
        throw new Error(`${this.place}: ${name} has ${given} bytes where ${length} were expected`);
      parts.push(bytes);
      given += bytes.length;
    }
    return Buffer.concat(parts).subarray(0, length);
  }

  async #part(name: string, number: number): Promise<Uint8Array | null> {
    const row = await this.#asked(() =>
      this.#database
        .selectFrom('mail_part')
        .select('bytes')
        .where('name', '=', name)
        .where('number', '=', number)
        .executeTakeFirst(),
    );
    return row?.bytes ?? null;
  }

  async #whole(name: string): Promise<{ size: number; sha256: string } | null> {
    const row = await this.#asked(() =>
      this.#database
        .selectFrom('mail')
        .select(['size_bytes', 'sha256'])
        .where('name', '=', name)
        .executeTakeFirst(),
    );
    if (row === undefined || row.size_bytes === null || row.sha256 === null) return null;
    return { size: Number(row.size_bytes), sha256: row.sha256 };
  }

  #namesAfter(name: string) {
    return this.#database
      .selectFrom('mail')
      .select(['name', 'mail_id', 'stored_at', 'size_bytes'])
      .where('name', '>', name)
      .orderBy('name')
      .limit(NAMES_AT_ONCE)
      .execute();
  }

  async #asked<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await patiently(work);
    } catch (error) {
      throw asDatabaseError(this.place, error);
    }
  }
}

/** The same bytes in parts of PART_BYTES; the last may be shorter. */
async function* inParts(stream: Readable): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    waiting.push(chunk);
    length += chunk.length;
    if (length < PART_BYTES) continue;
    let all = Buffer.concat(waiting, length);
    for (; all.length >= PART_BYTES; all = all.subarray(PART_BYTES)) yield all.subarray(0, PART_BYTES);
    waiting = [all];
    length = all.length;
  }
  if (length > 0) yield Buffer.concat(waiting, length);
}
