import { sql } from 'kysely';
import type { Migration } from '../migration.ts';

/** Raw mail in parts, where `quarantine.mail.store` is the database. */
export const mail: Migration = {
  name: '004-mail',
  async up(database, dialect) {
    const sqlite = dialect === 'sqlite';
    const text = sqlite ? 'TEXT' : 'TEXT COLLATE "C"';
    const integer = sqlite ? 'INTEGER' : 'BIGINT';
    const bytes = sqlite ? 'BLOB' : 'BYTEA';
    const statements = [
      `CREATE TABLE mail (
         name ${text} PRIMARY KEY, mail_id ${text} NOT NULL, stored_at ${integer} NOT NULL, size_bytes ${integer}, sha256 ${text})`,
      `CREATE TABLE mail_part (
         name ${text} NOT NULL REFERENCES mail (name) ON DELETE CASCADE, number INTEGER NOT NULL, bytes ${bytes} NOT NULL,
         PRIMARY KEY (name, number))`,
      // Mail hardly gets smaller: trying to costs time at every write.
      ...(sqlite ? [] : ['ALTER TABLE mail_part ALTER COLUMN bytes SET STORAGE EXTERNAL']),
    ];
    for (const statement of statements) await sql.raw(statement).execute(database);
  },
};
