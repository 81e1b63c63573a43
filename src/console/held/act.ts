import { editConfig } from '../../config/edit.ts';
import { CATEGORIES, type VerdictCategory } from '../../detect/category.ts';
import { giveFeedback, UnknownDecision } from '../../ledger/feedback.ts';
import { auditRecord } from '../../ledger/record.ts';
import { Mistake } from '../../mistake.ts';
import { NotDelivered, releaseHeld } from '../../quarantine/actions/release.ts';
import { type Held, QuarantineRefusal } from '../../quarantine/quarantine.ts';
import type { ConsoleParts } from '../parts.ts';
import { type Principal, scopeOf, seesAll } from '../principal.ts';
import { Refusal } from '../refusal.ts';
import { heldOf, needs } from './find.ts';

/** Messages of one click: more is a mistake more often than a wish. */
export const BULK = 200;
const LONGEST_REASON = 1_000;

export const ACTIONS = ['release', 'releaseWrong', 'delete', 'mark', 'block', 'allow'] as const;
export type Action = (typeof ACTIONS)[number];
export const BULK_ACTIONS = ['release', 'releaseWrong', 'delete'] as const;
export const SAYABLE: readonly VerdictCategory[] = [...CATEGORIES, 'none'];

export interface Act {
  readonly action: Action;
  /** All in scope where none is named. */
  readonly recipients?: readonly string[] | undefined;
  readonly category?: VerdictCategory | undefined;
  readonly reason?: string | undefined;
}

export interface Done {
  readonly id: string;
  readonly done: boolean;
  /** The next hop's last word, or why it was not done. */
  readonly words: string;
}

/** Does one thing with one message, and writes down who did it and why. Throws Refusal. */
export async function act(
  parts: ConsoleParts,
  principal: Principal,
  id: string,
  given: Act,
): Promise<string> {
  needs(principal, 'analyst');
  const held = await heldOf(parts, principal, id);
  const recipients = given.recipients?.length ? given.recipients : undefined;
  if (recipients?.some((one) => !held.recipients.includes(one)))
    throw new Refusal('missing', 'There is no such recipient, or it is not one of those that you see.');
  try {
    return await carryOut(parts, principal, held, { ...given, recipients });
  } catch (error) {
    throw await refusalOf(error, parts, principal, id);
  }
}

/** Each message on its own: one that cannot be done does not stop the others. Throws Refusal for too many. */
export async function actOnAll(
  parts: ConsoleParts,
  principal: Principal,
  ids: readonly string[],
  given: Act,
): Promise<readonly Done[]> {
  needs(principal, 'analyst');
  const each = [...new Set(ids)];
  if (each.length === 0) throw new Refusal('bad', 'No message is selected.');
  if (each.length > BULK) throw new Refusal('bad', `At most ${BULK} messages at once.`);
  const results: Done[] = [];
  for (const id of each) {
    try {
      results.push({ id, done: true, words: await act(parts, principal, id, given) });
    } catch (error) {
      if (!(error instanceof Refusal)) parts.log.error({ event: 'held_action_failed', id, err: error });
      const words =
        error instanceof Refusal ? error.message : 'Something went wrong here; the log says what.';
      results.push({ id, done: false, words });
    }
  }
  return results;
}

async function carryOut(parts: ConsoleParts, principal: Principal, held: Held, given: Act): Promise<string> {
  const choice = {
    scope: scopeOf(principal),
    by: principal.name,
    ...(given.recipients === undefined ? {} : { recipients: given.recipients }),
  };
  const of = (given.recipients ?? held.recipients).join(', ');
  const { id } = held;
  switch (given.action) {
    case 'release':
    case 'releaseWrong': {
      const isWrong = given.action === 'releaseWrong';
      const raw = isWrong ? await bytesOf(parts, held) : null;
      const said = await releaseHeld(parts.quarantine, id, choice, parts.config());
      await audit(
        parts,
        principal,
        { action: 'release', subject: `mail:${id}`, before: held.state, after: `released: ${of}` },
        given,
      );
      await say(parts, principal, id, isWrong ? { is: 'none', raw } : null);
      return said;
    }
    case 'delete':
      await parts.quarantine.delete(id, choice);
      await audit(
        parts,
        principal,
        { action: 'delete', subject: `mail:${id}`, before: held.state, after: `deleted: ${of}` },
        given,
      );
      return '';
    case 'mark': {
      const { category } = given;
      if (category === undefined || !SAYABLE.includes(category))
        throw new Refusal('bad', 'Which category is it?');
      await say(parts, principal, id, { is: category, raw: await bytesOf(parts, held) });
      await audit(
        parts,
        principal,
        { action: 'mark', subject: `mail:${id}`, before: held.category, after: category },
        given,
      );
      return '';
    }
    case 'block':
    case 'allow':
      return list(parts, principal, held, given);
  }
}

/** Blocks by what the envelope says; allows only whom authentication vouches for. */
async function list(parts: ConsoleParts, principal: Principal, held: Held, given: Act): Promise<string> {
  needs(principal, 'admin');
  if (!seesAll(principal)) throw new Refusal('forbidden', 'This concerns all domains.');
  const key = given.action === 'block' ? 'block' : 'allow';
  const entry = key === 'block' ? held.envelope.mailFrom : await vouchedFor(parts, held.id);
  if (!entry)
    throw new Refusal(
      'conflict',
      key === 'block'
        ? 'The message has no envelope sender.'
        : 'Nobody vouches for this sender: there is nothing to allow.',
    );
  const path = ['policy', key];
  const { before, after } = await editConfig(parts.file, [{ path, append: entry }]);
  const text = (states: typeof before) => JSON.stringify(states[0]?.value ?? []);
  await audit(
    parts,
    principal,
    { action: key, subject: `config:policy.${key}`, before: text(before), after: text(after) },
    given,
  );
  return entry;
}

async function vouchedFor({ quarantine }: ConsoleParts, id: string): Promise<string | null> {
  const evidence = (await quarantine.decision(id))?.evidence.authentication;
  return evidence?.status === 'ok' ? evidence.facts.authenticatedDomain : null;
}

async function bytesOf({ quarantine }: ConsoleParts, { id, state }: Held): Promise<Buffer | null> {
  if (state === 'deleted' || state === 'expired') return null;
  const content = await quarantine.content(id);
  return content.head(content.size);
}

/** A release without a word is weak feedback; nobody asked for it, so a decision that is not in this ledger is none of a fault. */
async function say(
  { feedback, now, log }: ConsoleParts,
  { name }: Principal,
  id: string,
  said: { readonly is: VerdictCategory; readonly raw: Buffer | null } | null,
): Promise<void> {
  if (feedback === undefined) return;
  const common = { actor: name, at: now(), surface: 'release' } as const;
  try {
    if (said === null)
      await feedback.desk.exclusively(() =>
        giveFeedback({ ...common, id, is: 'none', strength: 'weak' }, feedback.stores),
      );
    else
      await feedback.desk.take({
        ...common,
        is: said.is,
        about: said.raw === null ? { id } : { id, raw: said.raw },
      });
  } catch (error) {
    if (!(error instanceof UnknownDecision)) throw error;
    log.warn({ event: 'feedback_without_decision', id }, 'another gate decided: its ledger has the decision');
  }
}

async function audit(
  { ledger, now }: ConsoleParts,
  { name }: Principal,
  change: {
    readonly action: string;
    readonly subject: string;
    readonly before: string | null;
    readonly after: string | null;
  },
  { reason = '' }: Act,
): Promise<void> {
  const record = auditRecord({ ...change, at: now(), actor: name, reason: reason.slice(0, LONGEST_REASON) });
  if (!(await ledger.append(record)))
    throw new Error(`${change.action} of ${change.subject} was done, and not written down`);
}

async function refusalOf(
  error: unknown,
  parts: ConsoleParts,
  principal: Principal,
  id: string,
): Promise<unknown> {
  if (error instanceof NotDelivered || error instanceof Mistake)
    return new Refusal('conflict', error.message);
  if (!(error instanceof QuarantineRefusal)) return error;
  const held = await parts.quarantine.get(id, scopeOf(principal));
  const by = [...new Set((held?.fates ?? []).flatMap(({ releasedBy }) => releasedBy ?? []))].join(', ');
  return new Refusal('conflict', by === '' ? error.message : `${error.message} (by ${by})`);
}
