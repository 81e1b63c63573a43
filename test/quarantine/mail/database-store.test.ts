import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { configSchema } from '../../../src/config/schema.ts';
import { type Database, openDatabase } from '../../../src/database/open.ts';
import { bufferContent } from '../../../src/mail/content.ts';
import { newMailId } from '../../../src/mail/id.ts';
import { databaseStore, PART_BYTES } from '../../../src/quarantine/mail/database-store.ts';
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
