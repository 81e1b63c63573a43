import type { VerdictCategory } from '../detect/category.ts';
import { Mistake } from '../mistake.ts';
import { observationOfFeedback } from '../reputation/learn.ts';
import type { Reputation } from '../reputation/reputation.ts';
import { feedbackInForce, findFeedback, findFeedbackById } from './find-feedback.ts';
import { findDecision } from './reader.ts';
import {
  type DecisionRecord,
  type FeedbackRecord,
  feedbackRecord,
  retractionRecord,
  type Strength,
  type Surface,
} from './record.ts';
import type { Ledger } from './writer.ts';

/** What a person says of a decision. */
export interface Saying {
  /** What it is. */
  readonly is: VerdictCategory;
  /** Who says so. */
  readonly actor: string;
  readonly at: Date;
  /** `cli` where it is not given. */
  readonly surface?: Surface;
  /** `strong` where it is not given. */
  readonly strength?: Strength;
}

export interface Feedback extends Saying {
  /** Id of the decision. */
  readonly id: string;
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

/** A feedback id that the ledger does not have, or one that cannot be taken back. */
export class UnknownFeedback extends Error {
  override readonly name = 'UnknownFeedback';
}

export interface Given {
  readonly record: FeedbackRecord;
  /** The same person said the same before: that record stands, and nothing was written. */
  readonly repeated: boolean;
}

/**
 * Writes feedback to the ledger and lets the memory of senders learn from it; both are on disk when it resolves. The
 * metrics of the gate follow, since it watches the ledger. Throws UnknownDecision, or an Error where it was not written.
 */
export async function giveFeedback(feedback: Feedback, stores: FeedbackStores): Promise<FeedbackRecord> {
  const decision = await findDecision(stores.directory, feedback.id);
  if (decision === null)
    throw new UnknownDecision(`no decision ${JSON.stringify(feedback.id)} in ${stores.directory}`);
  return (await giveFeedbackOn(decision, feedback, stores)).record;
}

/**
 * The same for a decision at hand. Once a person: the same again changes nothing, and another category takes back the one before. Calls of
 * one process must come one after the other; two processes at the same moment may both write, and both count.
 */
export async function giveFeedbackOn(
  decision: DecisionRecord,
  saying: Saying,
  stores: FeedbackStores,
): Promise<Given> {
  const all = await findFeedback(stores.directory, decision.id, new Date(decision.at));
  const own = feedbackInForce(all).filter((one) => one.actor === saying.actor);
  const strength = saying.strength ?? 'strong';
  const same = own.find((one) => one.is === saying.is && (strength === 'weak' || one.strength === 'strong'));
  if (same !== undefined) return { record: same, repeated: true };
  for (const before of own.filter((one) => one.strength === strength)) {
    const { actor, at, surface = 'cli' } = saying;
    await write(retractionRecord(before, { actor, at, surface }), stores);
  }
  const record = feedbackRecord(decision, saying);
  await write(record, stores);
  await stores.reputation.flush();
  return { record, repeated: false };
}

/**
 * Takes feedback back: in the ledger, in the memory of senders, and in the metrics. What was taken back before stays so. Throws
 * UnknownFeedback for an id that the ledger does not have, and a Mistake for that of a retraction.
 */
export async function retractFeedback(
  feedbackId: string,
  by: { readonly actor: string; readonly at: Date; readonly surface: Surface },
  stores: FeedbackStores,
): Promise<Given> {
  const found = await findFeedbackById(stores.directory, feedbackId);
  if (found === null)
    throw new UnknownFeedback(`no feedback ${JSON.stringify(feedbackId)} in ${stores.directory}`);
  if (found.record.retracts !== null)
    throw new Mistake(`${feedbackId}: is an undo itself; say again what the message is`);
  if (found.retraction !== null) return { record: found.retraction, repeated: true };
  const record = retractionRecord(found.record, by);
  await write(record, stores);
  await stores.reputation.flush();
  return { record, repeated: false };
}

async function write(record: FeedbackRecord, stores: FeedbackStores): Promise<void> {
  // The ledger first: the memory of senders can be made again from it, not the other way round.
  if (!(await stores.ledger.append(record)))
    throw new Error(`feedback could not be written to ${stores.directory}`);
  stores.reputation.observe(observationOfFeedback(record));
}
