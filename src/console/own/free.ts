import { askForRelease } from '../../digest/requests.ts';
import type { LinkAction } from '../../digest/tables.ts';
import { auditRecord, type DecisionRecord } from '../../ledger/record.ts';
import { releaseHeld } from '../../quarantine/actions/release.ts';
import type { Held, Quarantine } from '../../quarantine/quarantine.ts';
import type { Scope } from '../../quarantine/scope.ts';
import type { ConsoleParts } from '../parts.ts';

export type FreeAction = Exclude<LinkAction, 'off'>;
export type FreeParts = Pick<ConsoleParts, 'config' | 'database' | 'ledger' | 'now' | 'quarantine'>;

/** What became of a wish: `gone`: not held for this recipient (any more); `refused`: the policy does not allow it. */
export type Freed = 'released' | 'asked' | 'gone' | 'refused';

/** Mail to this one recipient, whatever the case of the address. */
export function scopeOfRecipient(recipient: string): Scope {
  return { domains: null, address: recipient.toLowerCase() };
}

/**
 * What a recipient may do with a message as the configuration is now: free it, ask for it, or nothing. Malware, what a list blocks
 * and what clamd or a rule forced are never theirs to free; without the record of the decision nobody knows, so they are not.
 */
export async function freedomOf(
  { config, quarantine }: { config: ConsoleParts['config']; quarantine: Pick<Quarantine, 'decision'> },
  held: Pick<Held, 'id' | 'category'>,
): Promise<FreeAction | null> {
  const { release } = config().console.recipients;
  if (release === 'off') return null;
  if (release === 'ask' || held.category === 'malware') return 'ask';
  const record = await quarantine.decision(held.id);
  return record === null || isForced(record) ? 'ask' : 'release';
}

function isForced({ forced, fates, category }: DecisionRecord): boolean {
  return forced !== null || category === 'malware' || fates.some(({ policy }) => policy.startsWith('block:'));
}

/**
 * Does it for one recipient of one message, whoever brings the wish: the page of the recipient or a link. Throws NotDelivered, with the
 * message still held, where the next hop does not take it.
 */
export async function free(
  parts: FreeParts,
  wish: { readonly action: FreeAction; readonly mailId: string; readonly recipient: string },
): Promise<Freed> {
  const { action, mailId, recipient } = wish;
  const scope = scopeOfRecipient(recipient);
  const by = `recipient:${recipient.toLowerCase()}`;
  const held = await parts.quarantine.get(mailId, scope);
  if (held === null || held.state !== 'held') return 'gone';
  const allowed = await freedomOf(parts, held);
  if (allowed === null || (action === 'release' && allowed !== 'release')) return 'refused';
  if (action === 'ask') {
    await askForRelease(parts.database, mailId, recipient.toLowerCase(), parts.now());
    await auditOwn(parts, by, 'ask', `mail:${mailId}`);
    return 'asked';
  }
  await releaseHeld(parts.quarantine, mailId, { scope, by }, parts.config());
  await auditOwn(parts, by, 'release', `mail:${mailId}`);
  return 'released';
}

/** The record of what a recipient changed. */
export async function auditOwn(
  { ledger, now }: Pick<FreeParts, 'ledger' | 'now'>,
  actor: string,
  action: string,
  subject: string,
): Promise<void> {
  await ledger.append(
    auditRecord({ at: now(), actor, action, subject, before: null, after: null, reason: '' }),
  );
}
