import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';
import { openDatabase } from '../../src/database/open.ts';
import { HeldRows } from '../../src/quarantine/rows.ts';
import { WHOLE } from '../../src/quarantine/scope.ts';

const OLD = `CREATE TABLE held (id TEXT PRIMARY KEY, held_at INTEGER NOT NULL, state TEXT NOT NULL, envelope TEXT NOT NULL,
  recipients TEXT NOT NULL, from_address TEXT NOT NULL, subject TEXT NOT NULL, category TEXT NOT NULL, score REAL NOT NULL,
  reasons TEXT NOT NULL, size_bytes INTEGER NOT NULL, released_at INTEGER, claimed_at INTEGER, claimed_by TEXT, note TEXT) STRICT;
  CREATE INDEX held_by_state ON held (state, held_at); PRAGMA user_version = 1`;

test('rows of before, when a message had one state, are taken over, and an older Postern refuses the file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'postern-upgrade-'));
  const old = new DatabaseSync(join(folder, 'quarantine.sqlite'));
  old.exec(OLD);
  const envelope = {
    clientIp: null,
    clientName: null,
    helo: null,
    mailFrom: 'orla@shop.example',
    rcptTo: [],
  };
  const insert = old.prepare(
    `INSERT INTO held VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL, NULL)`,
  );
  const row = (id: string, state: string, released: number | null) =>
    insert.run(
      id,
      5,
      state,
      JSON.stringify(envelope),
      '["pat@example.org"]',
      'orla@shop.example',
      'Parcel',
      'scam',
      0.9,
      '["fee"]',
      9,
      released,
    );
  row('one', 'held', null);
  row('two', 'released', 7);
  row('three', 'expired', null);
  old.close();
  const database = await openDatabase(configSchema.parse({}).database, folder);
  const rows = new HeldRows(database, folder);
  expect(await rows.find({ scope: WHOLE, text: 'parcel orla' })).toMatchObject({ total: 2 });
  expect(await rows.get('one', WHOLE)).toMatchObject({
    state: 'held',
    recipients: ['pat@example.org'],
    sizeBytes: 9,
  });
  expect(await rows.get('two', WHOLE)).toMatchObject({ state: 'released', releasedAt: new Date(7) });
  expect((await rows.get('three', WHOLE))?.state).toBe('expired');
  await database.destroy();
  const file = new DatabaseSync(join(folder, 'quarantine.sqlite'));
  expect(file.prepare('PRAGMA user_version').get()?.user_version).toBe(2);
  file.close();
  rmSync(folder, { recursive: true });
});
