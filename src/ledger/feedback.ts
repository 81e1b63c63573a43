import type { VerdictCategory } from '../detect/category.ts';
import type { Reputation } from '../reputation/reputation.ts';
import { findDecision } from './reader.ts';
import { type FeedbackRecord, feedbackRecord } from './record.ts';
import type { Ledger } from './writer.ts';

/** What a person says of a decision. */
export interface Feedback {
  /** Id of the decision. */
  readonly id: string;
  /** What it is. */
  readonly is: VerdictCategory;
  /** Who says so. */
  readonly actor: string;
  readonly at: Date;
}

/** Where feedback goes. */
export interface FeedbackStores {
  /** Folder of the ledger, where the decision is looked up. */
  readonly directory: string;
  readonly ledger: Ledger;
  readonly reputation: Reputation;
}

/** Feedback for a decision that the ledger does not have. */
export class UnknownDecision extends Error {
  override readonly name = 'UnknownDecision';
}

/**
 * Writes feedback to the ledger and lets the memory of senders learn from it; both are on disk when it resolves. The
 * metrics of the gate follow, since it watches the ledger. Throws UnknownDecision, or an Error where it was not written.
 */
export async function giveFeedback(feedback: Feedback, stores: FeedbackStores): Promise<FeedbackRecord> {
  const decision = await findDecision(stores.directory, feedback.id);
  if (decision === null)
    throw new UnknownDecision(`no decision ${JSON.stringify(feedback.id)} in ${stores.directory}`);
  const record = feedbackRecord(decision, feedback);
  // The ledger first: the memory of senders can be made again from it, not the other way round.
  if (!(await stores.ledger.append(record)))
    throw new Error(`feedback could not be written to ${stores.directory}`);
  stores.reputation.observe({
    kind: 'feedback',
    at: feedback.at,
    keys: record.reputationKeys,
    bad: feedback.is !== 'none',
  });
  await stores.reputation.flush();
  return record;
}
