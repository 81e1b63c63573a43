import { CATEGORIES, type VerdictCategory } from '../../detect/category.ts';
import { Mistake } from '../../mistake.ts';
import { deleteHeld, markHeld, releaseAndSay } from '../../quarantine/actions/act-on-held.ts';
import { NotDelivered } from '../../quarantine/actions/release.ts';
import { type Held, QuarantineRefusal } from '../../quarantine/quarantine.ts';
import { changeConfig } from '../../service/change-config.ts';
import { MOST_REASON, openCase } from '../efficacy/cases.ts';
import type { ConsoleParts } from '../parts.ts';
import { type Principal, scopeOf, seesAll } from '../principal.ts';
import { Refusal } from '../refusal.ts';
import type { Language } from '../words/language.ts';
import { heldOf, needs } from './find.ts';
import { HeldRefusal } from './refuse.ts';

/** Messages of one click: more is a mistake more often than a wish. */
export const BULK = 200;

export const ACTIONS = ['release', 'releaseWrong', 'delete', 'mark', 'block', 'allow', 'case'] as const;
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
  /** The next hop's last word, what was listed, the id of the case that was opened; or why it was not done. */
  readonly words: string;
}

/** Does one thing with one message, and writes down who did it and why. Gives `words` of Done. Throws Refusal. */
export async function act(
  parts: ConsoleParts,
  principal: Principal,
  id: string,
  given: Act,
): Promise<string> {
  needs(principal, 'analyst');
  const held = await heldOf(parts, principal, id);
  const recipients = given.recipients?.length ? given.recipients : undefined;
  if (recipients?.some((one) => !held.recipients.includes(one))) throw new HeldRefusal('recipient');
  try {
    return await carryOut(parts, principal, held, { ...given, recipients });
  } catch (error) {
    throw await refusalOf(error, parts, principal, id);
  }
}

/** Each message on its own: one that cannot be done does not stop the others. Throws Refusal for none and for too many. */
export async function actOnAll(
  parts: ConsoleParts,
  principal: Principal,
  ids: readonly string[],
  given: Act,
  language: Language = 'en',
): Promise<readonly Done[]> {
  needs(principal, 'analyst');
  const each = [...new Set(ids)];
  if (each.length === 0) throw new HeldRefusal('nothingSelected');
  if (each.length > BULK) throw new HeldRefusal('tooMany', `≤ ${BULK}`);
  const results: Done[] = [];
  for (const id of each) {
    try {
      results.push({ id, done: true, words: await act(parts, principal, id, given) });
    } catch (error) {
      if (!(error instanceof Refusal)) parts.log.error({ event: 'held_action_failed', id, err: error });
      results.push({ id, done: false, words: wordsFor(error, language) });
    }
  }
  return results;
}

function wordsFor(error: unknown, language: Language): string {
  if (error instanceof HeldRefusal) return error.in(language).message;
  return error instanceof Refusal ? error.message : new HeldRefusal('interrupted').in(language).message;
}

async function carryOut(parts: ConsoleParts, principal: Principal, held: Held, given: Act): Promise<string> {
  const { recipients, reason } = given;
  const acting = {
    scope: scopeOf(principal),
    by: principal.name,
    reason,
    ...(recipients === undefined ? {} : { recipients }),
  };
  const on = { ...parts, onUnknown: (id: string) => tellUnknown(parts, id) };
  switch (given.action) {
    case 'release':
    case 'releaseWrong':
      return releaseAndSay(on, held, { ...acting, wrong: given.action === 'releaseWrong' });
    case 'delete':
      await deleteHeld(on, held, acting);
      return '';
    case 'mark': {
      const { category } = given;
      if (category === undefined || !SAYABLE.includes(category)) throw new HeldRefusal('category');
      await markHeld(on, held, acting, category);
      return category;
    }
    case 'case':
      return aCase(parts, principal, held, given);
    case 'block':
    case 'allow':
      return list(parts, principal, held, given);
  }
}

/** A case in the lab: something is to be looked at, without a statement of what it is. */
async function aCase(
  parts: ConsoleParts,
  principal: Principal,
  { id }: Held,
  { category = 'none', reason = '' }: Act,
): Promise<string> {
  if (reason.trim() === '' || reason.trim().length > MOST_REASON) throw new HeldRefusal('reasonNeeded');
  try {
    const made = await openCase(parts, principal, { decisionId: id, is: category, reason });
    return made.caseId;
  } catch (error) {
    if (error instanceof Refusal && error.reason === 'missing') throw new HeldRefusal('noDecision');
    throw error;
  }
}

/** Blocks by what the envelope says; allows only whom authentication vouches for. Written with a record that can be undone. */
async function list(parts: ConsoleParts, principal: Principal, held: Held, given: Act): Promise<string> {
  needs(principal, 'admin');
  if (!seesAll(principal)) throw new HeldRefusal('allDomains');
  const key = given.action === 'block' ? 'block' : 'allow';
  const entry = key === 'block' ? held.envelope.mailFrom : await vouchedFor(parts, held.id);
  if (!entry) throw new HeldRefusal(key === 'block' ? 'noSender' : 'nobodyVouches');
  await changeConfig([{ path: ['policy', key], append: entry }], {
    file: parts.file,
    ledger: parts.ledger,
    actor: principal.name,
    reason: [`mail:${held.id}`, given.reason ?? ''].filter((text) => text !== '').join(': '),
    at: parts.now(),
  });
  return entry;
}

async function vouchedFor({ quarantine }: ConsoleParts, id: string): Promise<string | null> {
  const evidence = (await quarantine.decision(id))?.evidence.authentication;
  return evidence?.status === 'ok' ? evidence.facts.authenticatedDomain : null;
}

function tellUnknown({ log }: ConsoleParts, id: string): void {
  log.warn({ event: 'feedback_without_decision', id }, 'another gate decided: its ledger has the decision');
}

async function refusalOf(
  error: unknown,
  parts: ConsoleParts,
  principal: Principal,
  id: string,
): Promise<unknown> {
  if (error instanceof NotDelivered) return new HeldRefusal('notDelivered', error.message);
  if (error instanceof Mistake) return new HeldRefusal('configuration', error.message);
  if (!(error instanceof QuarantineRefusal)) return error;
  const held = await parts.quarantine.get(id, scopeOf(principal));
  const by = [...new Set((held?.fates ?? []).flatMap(({ releasedBy }) => releasedBy ?? []))].join(', ');
  return new HeldRefusal('state', by);
}
