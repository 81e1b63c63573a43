import { feedbackInForce, findFeedback } from '../../ledger/find-feedback.ts';
import { findDecision } from '../../ledger/reader.ts';
import type { DecisionRecord, FeedbackRecord } from '../../ledger/record.ts';
import { isMailId } from '../../mail/id.ts';
import { covers } from '../../quarantine/scope.ts';
import type { ConsoleParts } from '../parts.ts';
import { type Principal, scopeOf } from '../principal.ts';
import { Refusal } from '../refusal.ts';
import { needRole } from './allowed.ts';

export interface KnownDecision {
  /** Recipients and fates are those in scope. */
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
  const own = (recipients: readonly string[]) => recipients.filter((one) => covers(scope, one));
  const rcptTo = own(record?.envelope.rcptTo ?? []);
  const seesIt = rcptTo.length > 0 || (record?.envelope.rcptTo.length === 0 && scope.domains === null);
  if (record === null || !seesIt)
    throw new Refusal('missing', 'There is no such message, or it is not one of those that you see.');
  const fates = record.fates
    .map((fate) => ({ ...fate, recipients: own(fate.recipients) }))
    .filter(({ recipients }) => recipients.length > 0);
  const feedback = feedbackInForce(await findFeedback(directory, id, new Date(record.at)));
  const verdict = GRAVEST.find((one) => fates.some((fate) => fate.verdict === one)) ?? record.verdict;
  return { record: { ...record, verdict, fates, envelope: { ...record.envelope, rcptTo } }, feedback };
}

/** What the recipients in scope got at worst: the fate of others is theirs. */
const GRAVEST = ['reject', 'quarantine', 'tag', 'accept', 'defer'] as const;
