import type { VerdictCategory } from '../../detect/category.ts';
import { feedbackInForce } from '../../ledger/find-feedback.ts';
import { readLedger } from '../../ledger/reader.ts';
import type { FeedbackRecord } from '../../ledger/record.ts';

/**
 * What people say the decisions of a ledger are, by id: what was not taken back, strong words over weak ones, and of equals the
 * last. Feedback counts whenever it was given: people speak of a message after its time.
 */
export async function labelsOf(ledger: string): Promise<ReadonlyMap<string, VerdictCategory>> {
  const records: FeedbackRecord[] = [];
  for await (const record of readLedger(ledger, { kind: 'feedback' })) records.push(record);
  const labels = new Map<string, FeedbackRecord>();
  for (const record of feedbackInForce(records)) {
    const before = labels.get(record.id);
    if (before === undefined || !outweighs(before, record)) labels.set(record.id, record);
  }
  return new Map([...labels].map(([id, { is }]) => [id, is]));
}

function outweighs(before: FeedbackRecord, next: FeedbackRecord): boolean {
  if (before.strength !== next.strength) return before.strength === 'strong';
  return before.at > next.at;
}
