import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { configSchema } from '../../../src/config/schema.ts';
import { type Database, databasePlace, openDatabase } from '../../../src/database/open.ts';
import { bufferContent } from '../../../src/mail/content.ts';
import { newMailId } from '../../../src/mail/id.ts';
import { databaseStore, PART_BYTES } from '../../../src/quarantine/mail/database-store.ts';
import { StorageError } from '../../../src/storage-error.ts';
import { postgresRequirement, startPostgres } from '../../database/postgres.ts';
import { describeWith } from '../../describe-with.ts';
import { storeSuite } from './store-suite.ts';

const HELD_AT = new Date('2026-03-01T12:00:00Z');

async function opened(): Promise<{ database: Database; close(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'postern-mail-'));
  const database = await openDatabase(configSchema.parse({}).database, folder);
  return {
    database,
    close: async () => {
      await database.destroy();
      rmSync(folder, { recursive: true });
    },
  };
}

storeSuite('mail in SQLite', async () => {
  const { database, close } = await opened();
  return { store: databaseStore(database, 'the database', () => new Date()), close };
});

describeWith(postgresRequirement, 'PostgreSQL', () => {
  storeSuite('mail in PostgreSQL', async () => {
    const postgres = await startPostgres();
    const { database } = configSchema.parse({ database: { url: postgres.url } });
    const opened = await openDatabase(database, tmpdir());
    const close = async () => {
      await opened.destroy();
      await postgres.close();
    };
    return { store: databaseStore(opened, databasePlace(database, tmpdir()), () => new Date()), close };
  });

  test('that is gone is an error of the store for every operation, without its password', async () => {
    const postgres = await startPostgres();
    const { database } = configSchema.parse({ database: { url: postgres.url } });
    const opened = await openDatabase(database, tmpdir());
    const store = databaseStore(opened, databasePlace(database, tmpdir()), () => new Date());
    const id = newMailId();
    await store.write(id, HELD_AT, bufferContent(Buffer.alloc(10)));
    await postgres.kill();
    const questions = [
      () => store.write(newMailId(), HELD_AT, bufferContent(Buffer.alloc(10))),
      () => store.read(id, HELD_AT, 10).stream().toArray(),
      () => store.remove(id, HELD_AT),
      () => store.writable(),
    ];
    for (const ask of questions) {
      const error: unknown = await ask().catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(StorageError);
      expect(String(error)).toMatch(/PostgreSQL at 127\.0\.0\.1:\d+\/postgres/);
      expect(String(error)).not.toContain('password');
    }
    await opened.destroy();
    await postgres.close();
  });
});

test('a write that died in the middle is never read, and the sweep finds it', async () => {
  const { database, close } = await opened();
  const store = databaseStore(database, 'the database', () => HELD_AT);
  const id = newMailId();
  const name = store.nameOf(id, HELD_AT);
  const row = { name, mail_id: id, stored_at: HELD_AT.getTime(), size_bytes: null, sha256: null };
  await database.insertInto('mail').values(row).execute();
  await database
    .insertInto('mail_part')
    .values({ name, number: 0, bytes: Buffer.alloc(10) })
    .execute();
  expect(await store.sizeOf(id, HELD_AT)).toBeNull();
  await expect(store.read(id, HELD_AT, 10).stream().toArray()).rejects.toThrow('is not there');
  await expect(store.read(id, HELD_AT, 10).head(5)).rejects.toThrow('is not there');
  expect(await Array.fromAsync(store.files())).toEqual([
    { name, id: null, modifiedAt: HELD_AT, sizeBytes: 0 },
  ]);
  await store.drop(name);
  expect(await database.selectFrom('mail_part').selectAll().execute()).toEqual([]);
  await close();
});

test('bytes that are not those that were written are an error at the end of the stream', async () => {
  const { database, close } = await opened();
  const store = databaseStore(database, 'the database', () => HELD_AT);
  const id = newMailId();
  await store.write(id, HELD_AT, bufferContent(Buffer.alloc(PART_BYTES + 1)));
  await database
    .updateTable('mail_part')
    .set({ bytes: Buffer.from('x') })
    .where('number', '=', 1)
    .execute();
  await expect(
    store
      .read(id, HELD_AT, PART_BYTES + 1)
      .stream()
      .toArray(),
  ).rejects.toThrow('is not what was written');
  await close();
});
