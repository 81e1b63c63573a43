import { sql } from 'kysely';
import type { Migration } from '../migration.ts';

/** Users, their sessions and tokens, and wrong passwords. */
export const access: Migration = {
  name: '002-access',
  async up(database, dialect) {
    const text = dialect === 'sqlite' ? 'TEXT' : 'TEXT COLLATE "C"';
    for (const statement of tables(text)) await sql.raw(statement).execute(database);
  },
};

function tables(text: string): string[] {
  return [
    `CREATE TABLE users (
       name ${text} PRIMARY KEY, password ${text}, role ${text} NOT NULL, domains ${text}, address ${text}, language ${text},
       identity ${text} UNIQUE, disabled INTEGER NOT NULL, created_at ${text} NOT NULL, created_by ${text} NOT NULL)`,
    `CREATE TABLE sessions (
       id ${text} PRIMARY KEY, user_name ${text} NOT NULL REFERENCES users (name), form_token ${text} NOT NULL, created_at ${text} NOT NULL,
       seen_at ${text} NOT NULL, expires_at ${text} NOT NULL, client ${text} NOT NULL)`,
    'CREATE INDEX sessions_by_user ON sessions (user_name)',
    `CREATE TABLE api_tokens (
       id ${text} PRIMARY KEY, hash ${text} NOT NULL UNIQUE, name ${text} NOT NULL, user_name ${text} NOT NULL REFERENCES users (name),
       role ${text} NOT NULL, domains ${text}, created_at ${text} NOT NULL, expires_at ${text}, used_at ${text}, UNIQUE (user_name, name))`,
    `CREATE TABLE login_attempts (id ${text} PRIMARY KEY, key ${text} NOT NULL, at ${text} NOT NULL)`,
    'CREATE INDEX login_attempts_by_key ON login_attempts (key)',
    'CREATE INDEX login_attempts_by_time ON login_attempts (at)',
  ];
}
