import { createHash, randomBytes } from 'node:crypto';
import type { DigestDatabase, LinkAction } from './tables.ts';

/** 256 bits: nobody guesses one. */
const TOKEN_BYTES = 32;
const TOKEN = /^[\w-]{43}$/;

/** What one link may do: this action, for this recipient, on this message. */
export interface LinkGrant {
  readonly action: LinkAction;
  readonly recipient: string;
  /** Null for `off`. */
  readonly mailId: string | null;
}

/** Makes a token for each grant, in their order; they work once, until `expiresAt`. Only their hashes are kept. */
export async function issueLinks(
  database: DigestDatabase,
  grants: readonly LinkGrant[],
  expiresAt: Date,
): Promise<string[]> {
  const tokens = grants.map(() => randomBytes(TOKEN_BYTES).toString('base64url'));
  if (grants.length === 0) return [];
  await database
    .insertInto('digest_links')
    .values(
      grants.map(({ action, recipient, mailId }, index) => ({
        hash: hashOf(tokens[index] ?? ''),
        mail_id: mailId ?? '',
        recipient,
        action,
        expires_at: expiresAt.toISOString(),
        used_at: null,
      })),
    )
    .execute();
  return tokens;
}

/** What a token would do, without using it; null where it never was, was used, or expired: which of these is not told. */
export async function lookAtLink(
  database: DigestDatabase,
  token: string,
  now: Date,
): Promise<LinkGrant | null> {
  if (!TOKEN.test(token)) return null;
  const row = await database
    .selectFrom('digest_links')
    .select(['action', 'recipient', 'mail_id'])
    .where('hash', '=', hashOf(token))
    .where('used_at', 'is', null)
    .where('expires_at', '>', now.toISOString())
    .executeTakeFirst();
  return row === undefined ? null : grantOf(row);
}

/** Uses a token up, and says what for; of two at once, one gets null. */
export async function useLink(database: DigestDatabase, token: string, now: Date): Promise<LinkGrant | null> {
  if (!TOKEN.test(token)) return null;
  const row = await database
    .updateTable('digest_links')
    .set({ used_at: now.toISOString() })
    .where('hash', '=', hashOf(token))
    .where('used_at', 'is', null)
    .where('expires_at', '>', now.toISOString())
    .returning(['action', 'recipient', 'mail_id'])
    .executeTakeFirst();
  return row === undefined ? null : grantOf(row);
}

/** Makes a used token good again: what it was to do was not done. */
export async function giveBackLink(database: DigestDatabase, token: string): Promise<void> {
  await database
    .updateTable('digest_links')
    .set({ used_at: null })
    .where('hash', '=', hashOf(token))
    .execute();
}

/** Forgets links whose time is over. */
export async function forgetLinks(database: DigestDatabase, now: Date): Promise<void> {
  await database.deleteFrom('digest_links').where('expires_at', '<=', now.toISOString()).execute();
}

function grantOf(row: {
  readonly action: LinkAction;
  readonly recipient: string;
  readonly mail_id: string;
}): LinkGrant {
  return {
    action: row.action,
    recipient: row.recipient,
    mailId: row.mail_id === '' ? null : row.mail_id,
  };
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
