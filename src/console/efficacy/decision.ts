import { feedbackInForce, findFeedback } from '../../ledger/find-feedback.ts';
import { findDecision } from '../../ledger/reader.ts';
import type { DecisionRecord, FeedbackRecord } from '../../ledger/record.ts';
import { isMailId } from '../../mail/id.ts';
import { covers, type Scope } from '../../quarantine/scope.ts';
import { UNNAMED } from '../../quarantine/unnamed.ts';
import type { ConsoleParts } from '../parts.ts';
import { type Principal, scopeOf } from '../principal.ts';
import { Refusal } from '../refusal.ts';
import { decisionInScope } from '../seen-decision.ts';
import { needRole } from './allowed.ts';

export interface KnownDecision {
  /** As somebody of this scope may see it: nothing of ours names recipients of others. */
  readonly record: DecisionRecord;
  /** What people say of it and did not take back, oldest first. */
  readonly feedback: readonly FeedbackRecord[];
}

/** A decision of the ledger, where its mail may be gone. Throws Refusal `missing` where there is none, or nothing of it is in scope. */
export async function decisionOf(
  parts: ConsoleParts,
  principal: Principal,
  id: string,
): Promise<KnownDecision> {
  needRole(principal, 'viewer');
  const { directory } = parts.config().ledger;
  const record = isMailId(id) ? await findDecision(directory, id) : null;
  const scope = scopeOf(principal);
  const covered = record?.envelope.rcptTo.filter((one) => covers(scope, one)).length ?? 0;
  const seesIt = covered > 0 || (record?.envelope.rcptTo.length === 0 && scope.domains === null);
  if (record === null || !seesIt)
    throw new Refusal('missing', 'There is no such message, or it is not one of those that you see.');
  const feedback = feedbackInForce(await findFeedback(directory, id, new Date(record.at)));
  const isShared = covered < record.envelope.rcptTo.length;
  return {
    record: decisionInScope(record, scope),
    feedback: isShared ? feedback.map((one) => withoutForeignNames(one, scope)) : feedback,
  };
}

/** Of mail that others got, too: what was said stays; who of the others said it, and whom the memory files it under, are theirs to know. */
function withoutForeignNames(one: FeedbackRecord, scope: Scope): FeedbackRecord {
  return { ...one, actor: covers(scope, one.actor) ? one.actor : UNNAMED, reputationKeys: [] };
}
