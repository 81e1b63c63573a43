import type { DigestDatabase } from './tables.ts';

/** A recipient would like a held message. */
export interface ReleaseRequest {
  readonly mailId: string;
  readonly recipient: string;
  readonly askedAt: Date;
}

/** Notes it; once for each message and recipient. */
export async function askForRelease(
  database: DigestDatabase,
  mailId: string,
  recipient: string,
  now: Date,
): Promise<void> {
  await database
    .insertInto('release_requests')
    .values({ mail_id: mailId, recipient, asked_at: now.toISOString() })
    .onConflict((conflict) => conflict.columns(['mail_id', 'recipient']).doNothing())
    .execute();
}

/** For those of these messages that were asked for; who may see the messages is for the caller to know. */
export async function requestsFor(
  database: DigestDatabase,
  mailIds: readonly string[],
): Promise<ReleaseRequest[]> {
  if (mailIds.length === 0) return [];
  const rows = await database
    .selectFrom('release_requests')
    .selectAll()
    .where('mail_id', 'in', [...mailIds])
    .orderBy('asked_at')
    .execute();
  return rows.map(({ mail_id, recipient, asked_at }) => ({
    mailId: mail_id,
    recipient,
    askedAt: new Date(asked_at),
  }));
}
