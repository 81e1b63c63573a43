import type { Config } from '../../config/schema.ts';
import type { VerdictCategory } from '../../detect/category.ts';
import type { Desk } from '../../feedback/desk.ts';
import { type FeedbackStores, giveFeedback, UnknownDecision } from '../../ledger/feedback.ts';
import { auditRecord, type Surface } from '../../ledger/record.ts';
import type { Ledger } from '../../ledger/writer.ts';
import type { Held, HeldChoice, Quarantine } from '../quarantine.ts';
import { releaseHeld } from './release.ts';

/** Longer reasons are cut: the audit trail is read in lists. */
export const LONGEST_REASON = 1_000;

/** What people do to held mail works on this: console, HTTP and command line alike. */
export interface ActingParts {
  readonly quarantine: Pick<Quarantine, 'content' | 'delete' | 'get' | 'release'>;
  readonly config: () => Config;
  readonly ledger: Pick<Ledger, 'append'>;
  readonly feedback?: { readonly desk: Desk; readonly stores: FeedbackStores } | undefined;
  readonly now: () => Date;
  /** Hears of feedback that this ledger has no decision for: another gate's has it, or its time is over. */
  readonly onUnknown?: (id: string) => void;
}

/** Who does it, for whom of the recipients, and why. */
export interface Acting extends HeldChoice {
  readonly reason?: string | undefined;
  readonly surface?: Surface;
}

/**
 * Releases a message, writes it down, and says what that says of it. With `wrong` a person states that it is harmless: strong feedback, and a
 * case. Without a word it is weak feedback: people also release mail to look at it, so it teaches the memory of senders nothing. Gives
 * the next hop's last word. Throws what `releaseHeld` throws.
 */
export async function releaseAndSay(
  parts: ActingParts,
  held: Held,
  acting: Acting & { readonly wrong: boolean },
): Promise<string> {
  const raw = acting.wrong ? await bytesOf(parts, held) : null;
  const said = await releaseHeld(parts.quarantine, held.id, acting, parts.config());
  await writeDown(parts, acting, {
    action: 'release',
    subject: `mail:${held.id}`,
    before: held.state,
    after: `released: ${chosenOf(held, acting)}`,
  });
  await (acting.wrong
    ? stateWhatItIs(parts, held.id, acting, { is: 'none', raw })
    : hint(parts, held.id, acting));
  return said;
}

/** Deletes a message for those chosen, and writes it down. Throws QuarantineRefusal. */
export async function deleteHeld(parts: ActingParts, held: Held, acting: Acting): Promise<void> {
  await parts.quarantine.delete(held.id, acting);
  await writeDown(parts, acting, {
    action: 'delete',
    subject: `mail:${held.id}`,
    before: held.state,
    after: `deleted: ${chosenOf(held, acting)}`,
  });
}

/** A person says what a held message is: strong feedback, a case, and a record of it. */
export async function markHeld(
  parts: ActingParts,
  held: Held,
  acting: Acting,
  category: VerdictCategory,
): Promise<void> {
  await stateWhatItIs(parts, held.id, acting, { is: category, raw: await bytesOf(parts, held) });
  const change = { action: 'mark', subject: `mail:${held.id}`, before: held.category, after: category };
  await writeDown(parts, acting, change);
}

function chosenOf({ recipients }: Held, { recipients: chosen }: Acting): string {
  return (chosen ?? recipients).join(', ');
}

async function bytesOf({ quarantine }: ActingParts, { id, state }: Held): Promise<Buffer | null> {
  if (state === 'deleted' || state === 'expired') return null;
  const content = await quarantine.content(id);
  return content.head(content.size);
}

async function stateWhatItIs(
  parts: ActingParts,
  id: string,
  acting: Acting,
  { is, raw }: { readonly is: VerdictCategory; readonly raw: Buffer | null },
): Promise<void> {
  const about = raw === null ? { id } : { id, raw };
  await unlessUnknown(parts, id, (feedback) => feedback.desk.take({ ...sayingOf(parts, acting), is, about }));
}

/** Nobody asked for this feedback: that a decision is not in this ledger is no fault of the release. */
async function hint(parts: ActingParts, id: string, acting: Acting): Promise<void> {
  await unlessUnknown(parts, id, ({ desk, stores }) =>
    desk.exclusively(() =>
      giveFeedback({ ...sayingOf(parts, acting), id, is: 'none', strength: 'weak' }, stores),
    ),
  );
}

function sayingOf({ now }: ActingParts, { by, surface = 'release' }: Acting) {
  return { actor: by, at: now(), surface };
}

async function unlessUnknown(
  { feedback, onUnknown }: ActingParts,
  id: string,
  give: (feedback: NonNullable<ActingParts['feedback']>) => Promise<unknown>,
): Promise<void> {
  if (feedback === undefined) return;
  try {
    await give(feedback);
  } catch (error) {
    if (!(error instanceof UnknownDecision)) throw error;
    onUnknown?.(id);
  }
}

async function writeDown(
  { ledger, now }: ActingParts,
  { by, reason = '' }: Acting,
  change: Readonly<Record<'action' | 'subject' | 'before' | 'after', string>>,
): Promise<void> {
  const record = auditRecord({ ...change, at: now(), actor: by, reason: reason.slice(0, LONGEST_REASON) });
  if (!(await ledger.append(record)))
    throw new Error(`${change.action} of ${change.subject} was done, and not written down`);
}
