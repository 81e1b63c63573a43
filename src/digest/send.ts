import type { Config } from '../config/schema.ts';
import { freedomOf } from '../console/own/free.ts';
import type { Database } from '../database/open.ts';
import { relay } from '../gate/relay.ts';
import { isPositive } from '../gate/reply.ts';
import { hostnameOf } from '../hostname.ts';
import { bufferContent } from '../mail/content.ts';
import { newMailId } from '../mail/id.ts';
import { Mistake } from '../mistake.ts';
import type { Logger } from '../observe/log.ts';
import type { Held, Quarantine } from '../quarantine/quarantine.ts';
import { claimDigest, markSent, putBackDigest, wantsDigest } from './book.ts';
import { heldFor, type OwnHeld, recipientsWithHeld } from './gather.ts';
import { type Letter, type LetterEntry, letterBytes } from './letter.ts';
import { forgetLinks, issueLinks } from './links.ts';
import { digestLanguage } from './words.ts';

const DAY_MS = 86_400_000;

export interface DigestParts {
  readonly config: () => Config;
  readonly database: Database;
  readonly quarantine: Pick<Quarantine, 'find' | 'decision'>;
  readonly log: Logger;
  readonly now: () => Date;
}

/** `failed`: the next hop did not take it; it is tried again. `nothing`: nothing new, not wanted, or another gate has it. */
export type DigestOutcome = 'sent' | 'failed' | 'nothing';

/** One letter to everybody for whom something new is held; gives how many had which outcome. Throws a Mistake where it is not set up. */
export async function sendDigests(parts: DigestParts): Promise<Readonly<Record<DigestOutcome, number>>> {
  const counts = { sent: 0, failed: 0, nothing: 0 };
  settingsOf(parts.config());
  const until = parts.now();
  await forgetLinks(parts.database, until);
  for (const recipient of await recipientsWithHeld(parts.quarantine, until))
    counts[await sendOne(parts, recipient, until)] += 1;
  return counts;
}

async function sendOne(parts: DigestParts, recipient: string, until: Date): Promise<DigestOutcome> {
  const { database, log } = parts;
  if (!(await wantsDigest(database, recipient))) return 'nothing';
  const since = await claimDigest(database, recipient, dayOf(until));
  if (since === null) return 'nothing';
  try {
    const own = await heldFor(parts.quarantine, recipient, since, until);
    if (own.count > 0) await deliver(parts.config(), recipient, await makeLetter(parts, recipient, own));
    await markSent(database, recipient, until);
    return own.count > 0 ? 'sent' : 'nothing';
  } catch (error) {
    log.warn({ event: 'digest_failed', recipient, err: error });
    await putBackDigest(database, recipient);
    return 'failed';
  }
}

/** The letter with its links, which work from now on. */
async function makeLetter(parts: DigestParts, recipient: string, own: OwnHeld): Promise<Letter> {
  const config = parts.config();
  const { sender, url } = settingsOf(config);
  const { linkDays } = config.digest;
  const date = parts.now();
  const expiresAt = new Date(date.getTime() + linkDays * DAY_MS);
  const offered = await Promise.all(
    own.rows.map(async (held) => ({ held, action: await freedomOf(parts, held) })),
  );
  const grants = offered.flatMap(({ held, action }) =>
    action === null ? [] : [{ action, recipient, mailId: held.id }],
  );
  const off = { action: 'off', recipient, mailId: null } as const;
  const [offToken = '', ...tokens] = await issueLinks(parts.database, [off, ...grants], expiresAt);
  const linkOf = ({ id }: Held): LetterEntry['link'] => {
    const place = grants.findIndex(({ mailId }) => mailId === id);
    const grant = grants[place];
    return grant === undefined
      ? null
      : { action: grant.action, url: `${url}/letters/${tokens[place] ?? ''}` };
  };
  return {
    sender,
    recipient,
    language: digestLanguage(config.digest, recipient),
    entries: own.rows.map((held) => ({ ...held, link: linkOf(held) })),
    count: own.count,
    linkDays,
    offUrl: `${url}/letters/${offToken}`,
    date,
    hostname: hostnameOf(config.gate),
    id: newMailId(date.getTime()),
  };
}

/** With the null sender: nobody gets a bounce of it (RFC 3834 section 3.3). */
async function deliver(config: Config, recipient: string, letter: Letter): Promise<void> {
  const { nextHop } = settingsOf(config);
  const reply = await relay({
    nextHop,
    hostname: hostnameOf(config.gate),
    envelope: { mailFrom: '', rcptTo: [recipient] },
    message: bufferContent(await letterBytes(letter)),
  });
  if (!isPositive(reply)) throw new Error(`the next hop said ${[reply.code, ...reply.lines].join(' ')}`);
}

function settingsOf({ gate, console, digest }: Config) {
  if (gate.nextHop === null)
    throw new Mistake('gate.nextHop is not set: there is nowhere to send letters to');
  if (console.url === null) throw new Mistake('console.url is not set: letters need it for their links');
  if (digest.from === null) throw new Mistake('digest.from is not set: letters need a sender');
  return { nextHop: gate.nextHop, url: console.url, sender: digest.from };
}

/** YYYY-MM-DD in the zone of the host, as `digest.at` is. */
function dayOf(at: Date): string {
  const two = (number: number) => String(number).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}
