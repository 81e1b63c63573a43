import { readLedger } from '../../ledger/reader.ts';
import type { FeedbackRecord } from '../../ledger/record.ts';

/** What people said in the end: of the words in force, a strong one before a weak one, then the later one; as the view `labels` has it. */
export async function labelsOf(ledger: string): Promise<ReadonlyMap<string, FeedbackRecord>> {
  const said: FeedbackRecord[] = [];
  const retracted = new Set<string>();
  for await (const record of readLedger(ledger, { kind: 'feedback' })) {
    if (record.retracts === null) said.push(record);
    else retracted.add(record.retracts);
  }
  const labels = new Map<string, FeedbackRecord>();
  for (const one of said) {
    if (retracted.has(one.feedbackId)) continue;
    const before = labels.get(one.id);
    if (before === undefined || outweighs(one, before)) labels.set(one.id, one);
  }
  return labels;
}

function outweighs(one: FeedbackRecord, other: FeedbackRecord): boolean {
  if (one.strength !== other.strength) return one.strength === 'strong';
  return one.at === other.at ? one.feedbackId > other.feedbackId : one.at > other.at;
}
