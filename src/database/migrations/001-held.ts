import { type Kysely, sql } from 'kysely';
import type { DialectName } from '../dialect.ts';
import type { Migration } from '../migration.ts';
import { takeOverHeld } from './001-held-before.ts';

/** Held messages, a fate for each recipient, what they share with others, and the words they are found by. */
export const held: Migration = {
  name: '001-held',
  async up(database, dialect) {
    const before = dialect === 'sqlite' && (await hasOldRows(database));
    if (before) {
      await sql`ALTER TABLE held RENAME TO held_before`.execute(database);
      await sql`DROP INDEX IF EXISTS held_by_state`.execute(database);
    }
    for (const statement of tables(dialect)) await sql.raw(statement).execute(database);
    if (before) await takeOverHeld(database);
    // The schema number of before: an older Postern refuses the file rather than misreads it.
    if (dialect === 'sqlite') await sql`PRAGMA user_version = 2`.execute(database);
  },
};

async function hasOldRows(database: Kysely<unknown>): Promise<boolean> {
  const { rows } = await sql`SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'held'`.execute(
    database,
  );
  return rows.length > 0;
}

function tables(dialect: DialectName): string[] {
  const sqlite = dialect === 'sqlite';
  const number = sqlite ? 'INTEGER PRIMARY KEY AUTOINCREMENT' : 'BIGSERIAL PRIMARY KEY';
  const integer = sqlite ? 'INTEGER' : 'BIGINT';
  const real = sqlite ? 'REAL' : 'DOUBLE PRECISION';
  const bytes = sqlite ? 'BLOB' : 'BYTEA';
  // Sorted by code point in both: a cursor compares as the index does.
  const text = sqlite ? 'TEXT' : 'TEXT COLLATE "C"';
  return [
    `CREATE TABLE held (
       number ${number}, id ${text} NOT NULL UNIQUE, held_at ${integer} NOT NULL, envelope ${text} NOT NULL,
       from_address ${text} NOT NULL, from_key ${text} NOT NULL, sender_key ${text} NOT NULL, subject ${text} NOT NULL, subject_key ${text} NOT NULL,
       category ${text} NOT NULL, score ${real} NOT NULL, reasons ${text} NOT NULL, size_bytes ${integer} NOT NULL,
       expired_at ${integer})`,
    'CREATE INDEX held_by_time ON held (held_at, number)',
    'CREATE INDEX held_by_score ON held (score, number)',
    'CREATE INDEX held_by_from ON held (from_key, number)',
    'CREATE INDEX held_by_subject ON held (subject_key, number)',
    'CREATE INDEX held_by_size ON held (size_bytes, number)',
    `CREATE TABLE held_fate (
       id ${text} NOT NULL, place ${integer} NOT NULL, recipient ${text} NOT NULL, address_key ${text} NOT NULL,
       domain_key ${text} NOT NULL,
       state ${text} NOT NULL CHECK (state IN ('held', 'releasing', 'released', 'deleted', 'expired')),
       released_at ${integer}, released_by ${text}, claimed_at ${integer}, claimed_by ${text}, note ${text},
       PRIMARY KEY (id, place))`,
    'CREATE INDEX held_fate_by_state ON held_fate (state, id)',
    'CREATE INDEX held_fate_by_domain ON held_fate (domain_key, state, id)',
    'CREATE INDEX held_fate_by_address ON held_fate (address_key, state, id)',
    `CREATE TABLE held_likeness (id ${text} NOT NULL, likeness ${text} NOT NULL, PRIMARY KEY (id, likeness))`,
    'CREATE INDEX held_likeness_by_key ON held_likeness (likeness, id)',
    `CREATE TABLE held_record (id ${text} PRIMARY KEY, record ${bytes} NOT NULL)`,
    ...(sqlite
      ? [`CREATE VIRTUAL TABLE held_words USING fts5 (words, tokenize = 'unicode61')`]
      : [
          'CREATE TABLE held_words (number BIGINT PRIMARY KEY, words TSVECTOR NOT NULL)',
          'CREATE INDEX held_words_by_word ON held_words USING gin (words)',
        ]),
  ];
}
