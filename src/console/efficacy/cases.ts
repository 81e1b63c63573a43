import { type Case, type CaseState, moved } from '../../lab/cases/case.ts';
import { CaseStore } from '../../lab/cases/store.ts';
import { findDecision } from '../../ledger/reader.ts';
import { auditRecord, type DecisionRecord } from '../../ledger/record.ts';
import { isMailId, newMailId } from '../../mail/id.ts';
import { covers } from '../../quarantine/scope.ts';
import type { ConsoleParts } from '../parts.ts';
import { type Principal, scopeOf, seesAll } from '../principal.ts';
import { Refusal } from '../refusal.ts';
import { needRole } from './allowed.ts';
import { ledgerDesk, MOST_DAYS } from './ledger-desk.ts';
import { asked } from './operations.ts';

/** A list that a person works through; closed ones are asked for. */
export const MOST_CASES = 200;

/** Reasons are read in lists and in the audit trail. */
export const MOST_REASON = 500;

const IN_SCOPE = `SELECT id FROM decisions WHERE list_contains(from_json($ids, '["VARCHAR"]'), id)`;

/** Cases in scope, latest first; of one state, or all that are not closed (null). Throws Refusal. */
export async function listCases(
  parts: ConsoleParts,
  principal: Principal,
  state: CaseState | 'all' | null,
): Promise<Case[]> {
  needRole(principal, 'viewer');
  const store = await openStore(parts);
  const all = await store.list((error) => parts.log.error({ event: 'case_not_read', err: error }));
  const wanted = all
    .filter((one) => state === 'all' || (state === null ? one.state !== 'closed' : one.state === state))
    .reverse();
  return (await inScope(parts, principal, wanted)).slice(0, MOST_CASES);
}

/** One case in scope. Throws Refusal `missing` where there is none, or it is another's. */
export async function caseOf(parts: ConsoleParts, principal: Principal, id: string): Promise<Case> {
  needRole(principal, 'viewer');
  const found = await (await openStore(parts)).get(id);
  if (found === null || !(await seesCase(parts, principal, found))) throw missing();
  return found;
}

/** Opens a case about a decision in scope: something is to be looked at, whatever people said of it so far. Throws Refusal. */
export async function openCase(
  parts: ConsoleParts,
  principal: Principal,
  {
    decisionId,
    is,
    reason,
  }: { readonly decisionId: string; readonly is: Case['is']; readonly reason: string },
): Promise<Case> {
  needRole(principal, 'analyst');
  const words = reasonOf(reason);
  const decision = isMailId(decisionId)
    ? await findDecision(parts.config().ledger.directory, decisionId)
    : null;
  if (decision === null || !decision.envelope.rcptTo.some((one) => covers(scopeOf(principal), one)))
    throw new Refusal('missing', 'There is no such message, or it is not one of those that you see.');
  const at = parts.now();
  const made = await (await openStore(parts)).create(
    { ...blank(at, principal.name, words), is, ...ofDecision(decision) },
    null,
  );
  await record(parts, principal, { action: 'open', one: made, before: null, reason: words });
  return made;
}

/** Closes a case: the change that fixed it, or why nothing will. Throws Refusal. */
export function closeCase(parts: ConsoleParts, principal: Principal, id: string, reason: string) {
  return move(parts, principal, { id, reason, action: 'close' });
}

/** Opens a closed case again. Throws Refusal. */
export function reopenCase(parts: ConsoleParts, principal: Principal, id: string, reason: string) {
  return move(parts, principal, { id, reason, action: 'reopen' });
}

async function move(
  parts: ConsoleParts,
  principal: Principal,
  {
    id,
    reason,
    action,
  }: { readonly id: string; readonly reason: string; readonly action: 'close' | 'reopen' },
): Promise<Case> {
  needRole(principal, 'analyst');
  const words = reasonOf(reason);
  const before = await caseOf(parts, principal, id);
  if ((before.state === 'closed') !== (action === 'reopen'))
    throw new Refusal('conflict', action === 'close' ? 'The case is closed already.' : 'The case is open.');
  const note = `${words} (${principal.name})`;
  const after =
    action === 'close'
      ? moved(before, 'closed', parts.now(), note, { fixedBy: words })
      : moved(before, before.decisionId === null ? 'unknown' : 'found', parts.now(), note, {
          fixedBy: null,
          rightSince: null,
        });
  await (await openStore(parts)).save(after);
  await record(parts, principal, { action, one: after, before: before.state, reason: words });
  return after;
}

async function record(
  parts: ConsoleParts,
  { name }: Principal,
  { action, one, before, reason }: { action: string; one: Case; before: string | null; reason: string },
): Promise<void> {
  const at = parts.now();
  const subject = `case:${one.caseId}`;
  const written = await parts.ledger.append(
    auditRecord({ at, actor: name, action: `case_${action}`, subject, before, after: one.state, reason }),
  );
  if (!written) throw new Error(`${subject}: the ledger did not take the record of its change`);
}

async function inScope(parts: ConsoleParts, principal: Principal, cases: readonly Case[]): Promise<Case[]> {
  if (seesAll(principal)) return [...cases];
  const scope = scopeOf(principal);
  const ids = cases.flatMap(({ decisionId }) => (decisionId === null ? [] : [decisionId]));
  const { value } = await asked(() =>
    ledgerDesk(parts).answer({
      name: 'cases',
      details: ids,
      days: MOST_DAYS,
      scope,
      ask: async (data) =>
        (await data.query<{ id: string }>(IN_SCOPE, { ids: JSON.stringify(ids) })).map(({ id }) => id),
    }),
  );
  const seen = new Set(value);
  return cases.filter((one) => isOwn(principal, one, one.decisionId !== null && seen.has(one.decisionId)));
}

async function seesCase(parts: ConsoleParts, principal: Principal, one: Case): Promise<boolean> {
  if (seesAll(principal)) return true;
  const decision =
    one.decisionId === null ? null : await findDecision(parts.config().ledger.directory, one.decisionId);
  const received = decision?.envelope.rcptTo.some((recipient) => covers(scopeOf(principal), recipient));
  return isOwn(principal, one, received === true);
}

/** A report by somebody of another domain names that person: it is not shown where the mail is, too. */
function isOwn(principal: Principal, { reporter, decisionId }: Case, received: boolean): boolean {
  const byOwn = reporter !== null && covers(scopeOf(principal), reporter);
  return reporter === null ? received : byOwn && (received || decisionId === null);
}

function reasonOf(reason: string): string {
  const words = reason.trim();
  if (words === '') throw new Refusal('bad', 'A reason is needed.');
  if (words.length > MOST_REASON) throw new Refusal('bad', `A reason has ${MOST_REASON} characters at most.`);
  return words;
}

function blank(at: Date, actor: string, note: string): Omit<Case, 'is'> {
  return {
    schema: 1,
    caseId: newMailId(at.getTime()),
    receivedAt: at.toISOString(),
    state: 'found',
    surface: 'http',
    actor,
    reporter: null,
    message: null,
    digest: null,
    decisionId: null,
    matchedBy: 'id',
    was: null,
    feedbackId: null,
    check: null,
    fixedBy: null,
    rightSince: null,
    history: [{ at: at.toISOString(), state: 'found', note: `${note} (${actor})` }],
  };
}

function ofDecision(decision: DecisionRecord): Pick<Case, 'decisionId' | 'message' | 'was'> {
  const { id, at, from, subject, messageId, verdict, category, score, model, findings } = decision;
  return {
    decisionId: id,
    message: { messageId, from, subject, date: at },
    was: { at, verdict, category, score, model, detectors: findings.map(({ detector }) => detector) },
  };
}

async function openStore(parts: ConsoleParts): Promise<CaseStore> {
  return await CaseStore.open(parts.config().feedback.cases);
}

function missing(): Refusal {
  return new Refusal('missing', 'There is no such case, or it is not one of those that you see.');
}
