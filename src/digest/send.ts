import type { Config } from '../config/schema.ts';
import type { Database } from '../database/open.ts';
import type { Logger } from '../observe/log.ts';
import type { Quarantine } from '../quarantine/quarantine.ts';
import { claimDigest, markSent, putBackDigest, wantsDigest } from './book.ts';
import { composeLetter } from './compose.ts';
import { heldFor, recipientsWithHeld } from './gather.ts';
import { handOver } from './hand-over.ts';
import { forgetLinks, issueLinks } from './links.ts';
import { settingsOf } from './settings.ts';

const DAY_MS = 86_400_000;

export interface DigestParts {
  readonly config: () => Config;
  readonly database: Database;
  readonly quarantine: Pick<Quarantine, 'find' | 'decision'>;
  readonly log: Logger;
  readonly now: () => Date;
}

/**
 * `failed`: not taken, tried again. `refused`: the next hop will not take it. `unknown`: the connection broke before its last word.
 * `nothing`: nothing new, not wanted, had one today, or another gate has it.
 */
export const DIGEST_OUTCOMES = ['sent', 'failed', 'refused', 'unknown', 'nothing'] as const;
export type DigestOutcome = (typeof DIGEST_OUTCOMES)[number];
export type DigestCounts = Readonly<Record<DigestOutcome, number>>;

/**
 * One letter to everybody for whom something new is held, and who had none today; gives how many had which outcome. `signal` ends it
 * between two letters. Throws a Mistake where it is not set up.
 */
export async function sendDigests(parts: DigestParts, signal?: AbortSignal): Promise<DigestCounts> {
  const counts: Record<DigestOutcome, number> = { sent: 0, failed: 0, refused: 0, unknown: 0, nothing: 0 };
  settingsOf(parts.config());
  const until = parts.now();
  await forgetLinks(parts.database, until);
  for (const recipient of await recipientsWithHeld(parts.quarantine, until)) {
    if (signal?.aborted) break;
    counts[await sendOne(parts, recipient, until)] += 1;
  }
  return counts;
}

/**
 * A letter of unknown fate stays claimed: two letters a day would be a nuisance, none is not a loss, since what it told is in the next
 * day's, too (`covered_until` moves only with the word of the next hop). So it is with one that was refused.
 */
async function sendOne(parts: DigestParts, recipient: string, until: Date): Promise<DigestOutcome> {
  const { database, log } = parts;
  if (!(await wantsDigest(database, recipient))) return 'nothing';
  const since = await claimDigest(database, recipient, dayOf(until));
  if (since === null) return 'nothing';
  try {
    const own = await heldFor(parts.quarantine, recipient, since, until);
    if (own.count === 0) {
      await putBackDigest(database, recipient);
      return 'nothing';
    }
    const handed = await handOver(parts.config(), await letterFor(parts, recipient, own));
    if (handed.outcome === 'sent') await markSent(database, recipient, until);
    else log.warn({ event: 'digest_not_sent', recipient, outcome: handed.outcome, why: handed.why });
    if (handed.outcome === 'failed') await putBackDigest(database, recipient);
    return handed.outcome;
  } catch (error) {
    // Nothing left the house: handing over does not throw. Where the store is away, the letter stays claimed until tomorrow.
    log.warn({ event: 'digest_failed', recipient, err: error });
    await putBackDigest(database, recipient);
    return 'failed';
  }
}

function letterFor(parts: DigestParts, recipient: string, own: Parameters<typeof composeLetter>[2]) {
  const expiresAt = new Date(parts.now().getTime() + parts.config().digest.linkDays * DAY_MS);
  return composeLetter(
    { ...parts, issue: (grants) => issueLinks(parts.database, grants, expiresAt) },
    recipient,
    own,
  );
}

/** YYYY-MM-DD in the zone of the host, as `digest.at` is. */
export function dayOf(at: Date): string {
  const two = (number: number) => String(number).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}
