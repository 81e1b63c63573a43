import { timeOfMailId } from '../mail/id.ts';
import { HOUR_MS, ledgerFiles } from './files.ts';
import { decodeLine } from './line.ts';
import { readLines } from './lines.ts';
import type { FeedbackRecord } from './record.ts';

/** Clocks of the processes that write to a ledger differ by less. */
const SKEW_MS = HOUR_MS;

/** All feedback on a decision, retractions too, oldest first. Nobody speaks of it before it is made: `since` spares older files. */
export async function findFeedback(directory: string, id: string, since: Date): Promise<FeedbackRecord[]> {
  const found: FeedbackRecord[] = [];
  for await (const record of feedbackSince(directory, since.getTime() - SKEW_MS))
    if (record.id === id) found.push(record);
  return found;
}

/** The feedback with this id, and its retraction where there is one. Null where the ledger has none. */
export async function findFeedbackById(
  directory: string,
  feedbackId: string,
): Promise<{ readonly record: FeedbackRecord; readonly retraction: FeedbackRecord | null } | null> {
  let record: FeedbackRecord | null = null;
  let retraction: FeedbackRecord | null = null;
  for await (const one of feedbackSince(directory, (timeOfMailId(feedbackId) ?? 0) - SKEW_MS)) {
    if (one.feedbackId === feedbackId) record = one;
    if (one.retracts === feedbackId) retraction = one;
  }
  return record === null ? null : { record, retraction };
}

/** What still holds: neither retractions nor what they take back. */
export function feedbackInForce(records: readonly FeedbackRecord[]): FeedbackRecord[] {
  const retracted = new Set(records.map((record) => record.retracts));
  return records.filter((record) => record.retracts === null && !retracted.has(record.feedbackId));
}

/** Bad lines are passed over: whoever reads the ledger for people names them. */
async function* feedbackSince(directory: string, first: number): AsyncGenerator<FeedbackRecord> {
  for (const file of await ledgerFiles(directory)) {
    if (file.kind !== 'feedback' || file.hour + HOUR_MS <= first) continue;
    const seen = new Set<string>();
    for await (const line of readLines(file)) {
      const record = 'text' in line ? feedbackOf(line.text) : null;
      if (record === null || seen.has(record.feedbackId)) continue;
      seen.add(record.feedbackId);
      yield record;
    }
  }
}

function feedbackOf(text: string): FeedbackRecord | null {
  try {
    const record = decodeLine(text);
    return record.kind === 'feedback' ? record : null;
  } catch {
    return null;
  }
}
