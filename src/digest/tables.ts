import type { Database } from '../database/open.ts';

/** What a link in a letter does. */
export type LinkAction = 'release' | 'ask' | 'off';

/** Times are ISO 8601 in UTC, which sort as text in every database; recipients are in lower case. */
export interface LinkTable {
  /** SHA-256 of the token: who reads the database has no link. */
  hash: string;
  /** '' for `off`, which is about no message. */
  mail_id: string;
  recipient: string;
  action: LinkAction;
  expires_at: string;
  used_at: string | null;
}

export interface DigestTable {
  recipient: string;
  /** Of the latest letter, YYYY-MM-DD in the zone of the host. */
  day: string;
  /** `waiting`: the next hop did not take it, it may be tried again. `sending` that stays is a gate that died. */
  state: 'sending' | 'sent' | 'waiting';
  /** What was held before it was in a letter that the next hop took. */
  covered_until: string;
}

/** What migration 003 makes. */
export interface DigestTables {
  digest_links: LinkTable;
  digests: DigestTable;
  digest_off: { recipient: string; off_at: string };
  release_requests: { mail_id: string; recipient: string; asked_at: string };
}

export type DigestDatabase = Database;
