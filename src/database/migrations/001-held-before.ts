import { type Kysely, sql } from 'kysely';
import { z } from 'zod';
import { addressKeys, keyOf } from '../../quarantine/keys.ts';
import { wordsOf } from '../../quarantine/words.ts';

const strings = z.array(z.string());
const envelopes = z.looseObject({ mailFrom: z.string().nullable() });

interface OldRow {
  readonly id: string;
  readonly held_at: number;
  readonly state: string;
  readonly envelope: string;
  readonly recipients: string;
  readonly from_address: string;
  readonly subject: string;
  readonly category: string;
  readonly score: number;
  readonly reasons: string;
  readonly size_bytes: number;
  readonly released_at: number | null;
  readonly claimed_at: number | null;
  readonly claimed_by: string | null;
  readonly note: string | null;
}

const AT_ONCE = 1_000;

/** Rows of the time when a message had one state for all its recipients, in `held_before`. */
export async function takeOverHeld(database: Kysely<unknown>): Promise<void> {
  for (let after = ''; ; ) {
    const { rows } =
      await sql<OldRow>`SELECT * FROM held_before WHERE id > ${after} ORDER BY id LIMIT ${AT_ONCE}`.execute(
        database,
      );
    for (const row of rows) await takeOver(database, row);
    const last = rows.at(-1);
    if (last === undefined) break;
    after = last.id;
  }
  await sql`DROP TABLE held_before`.execute(database);
}

async function takeOver(database: Kysely<unknown>, row: OldRow): Promise<void> {
  const expired = row.state === 'expired' ? row.held_at : null;
  const { mailFrom } = envelopes.parse(JSON.parse(row.envelope));
  const sender = `${row.from_address} ${mailFrom ?? ''}`;
  await sql`INSERT INTO held (id, held_at, envelope, from_address, from_key, sender_key, subject, subject_key, category, score,
      reasons, size_bytes, expired_at)
    VALUES (${row.id}, ${row.held_at}, ${row.envelope}, ${row.from_address}, ${keyOf(row.from_address)}, ${keyOf(sender)},
      ${row.subject}, ${keyOf(row.subject)}, ${row.category}, ${row.score}, ${row.reasons}, ${row.size_bytes},
      ${expired})`.execute(database);
  if (expired !== null) return;
  const recipients = strings.parse(JSON.parse(row.recipients));
  for (const [place, recipient] of recipients.entries()) {
    const { address, domain } = addressKeys(recipient);
    await sql`INSERT INTO held_fate (id, place, recipient, address_key, domain_key, state, released_at, claimed_at, claimed_by, note)
      VALUES (${row.id}, ${place}, ${recipient}, ${address}, ${domain}, ${row.state}, ${row.released_at},
        ${row.claimed_at}, ${row.claimed_by}, ${row.note})`.execute(database);
  }
  const reasons = strings.parse(JSON.parse(row.reasons));
  const words = wordsOf([row.subject, sender, ...reasons], recipients);
  await sql`INSERT INTO held_words (rowid, words) SELECT number, ${words.join(' ')} FROM held WHERE id = ${row.id}`.execute(
    database,
  );
}
