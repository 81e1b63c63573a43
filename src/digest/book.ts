import type { DigestDatabase } from './tables.ts';

/** What was never in a letter: everything since then. */
const NEVER = '0000';

/**
 * Claims the letter of `day` for a recipient: of all gates one gets it, once a day. Gives the moment up to which earlier letters told
 * ('' where there was none), null where another has it or there was one already.
 *
 * A gate that dies between the claim and the next hop's word leaves it claimed: there is no second letter that day, and what it would
 * have told is in the next day's, as `covered_until` moves only once a letter was taken.
 */
export async function claimDigest(
  database: DigestDatabase,
  recipient: string,
  day: string,
): Promise<Date | null> {
  const row = await database
    .insertInto('digests')
    .values({ recipient, day, state: 'sending', covered_until: NEVER })
    .onConflict((conflict) =>
      conflict
        .column('recipient')
        .doUpdateSet({ day, state: 'sending' })
        .where((where) =>
          where.or([
            where('digests.day', '<', day),
            where.and([where('digests.day', '=', day), where('digests.state', '=', 'waiting')]),
          ]),
        ),
    )
    .returning('covered_until')
    .executeTakeFirst();
  if (row === undefined) return null;
  return row.covered_until === NEVER ? new Date(0) : new Date(row.covered_until);
}

/** The next hop took it: it told of all that was held before `until`. */
export async function markSent(database: DigestDatabase, recipient: string, until: Date): Promise<void> {
  await database
    .updateTable('digests')
    .set({ state: 'sent', covered_until: until.toISOString() })
    .where('recipient', '=', recipient)
    .execute();
}

/** It was certainly not taken: it may be tried again today. */
export async function putBackDigest(database: DigestDatabase, recipient: string): Promise<void> {
  await database
    .updateTable('digests')
    .set({ state: 'waiting' })
    .where('recipient', '=', recipient)
    .execute();
}

/** Whether this recipient wants letters. */
export async function wantsDigest(database: DigestDatabase, recipient: string): Promise<boolean> {
  const row = await database
    .selectFrom('digest_off')
    .select('recipient')
    .where('recipient', '=', recipient)
    .executeTakeFirst();
  return row === undefined;
}

export async function turnDigest(
  database: DigestDatabase,
  recipient: string,
  on: boolean,
  now: Date,
): Promise<void> {
  if (on) await database.deleteFrom('digest_off').where('recipient', '=', recipient).execute();
  else
    await database
      .insertInto('digest_off')
      .values({ recipient, off_at: now.toISOString() })
      .onConflict((conflict) => conflict.column('recipient').doNothing())
      .execute();
}
