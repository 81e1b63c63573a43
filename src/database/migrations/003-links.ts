import { sql } from 'kysely';
import type { Migration } from '../migration.ts';

/** Letters to recipients, the links in them, and what recipients ask for. */
export const links: Migration = {
  name: '003-links',
  async up(database, dialect) {
    const text = dialect === 'sqlite' ? 'TEXT' : 'TEXT COLLATE "C"';
    for (const statement of tables(text)) await sql.raw(statement).execute(database);
  },
};

function tables(text: string): string[] {
  return [
    `CREATE TABLE digest_links (
       hash ${text} PRIMARY KEY, mail_id ${text} NOT NULL, recipient ${text} NOT NULL,
       action ${text} NOT NULL CHECK (action IN ('release', 'ask', 'off')), expires_at ${text} NOT NULL, used_at ${text})`,
    'CREATE INDEX digest_links_by_expiry ON digest_links (expires_at)',
    `CREATE TABLE digests (
       recipient ${text} PRIMARY KEY, day ${text} NOT NULL, state ${text} NOT NULL CHECK (state IN ('sending', 'sent', 'waiting')),
       covered_until ${text} NOT NULL)`,
    `CREATE TABLE digest_off (recipient ${text} PRIMARY KEY, off_at ${text} NOT NULL)`,
    `CREATE TABLE release_requests (
       mail_id ${text} NOT NULL, recipient ${text} NOT NULL, asked_at ${text} NOT NULL, PRIMARY KEY (mail_id, recipient))`,
    'CREATE INDEX release_requests_by_time ON release_requests (asked_at)',
  ];
}
