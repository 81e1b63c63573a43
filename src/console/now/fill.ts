import { readLedger } from '../../ledger/reader.ts';
import { type LiveWindow, type Seen, seenOfRecord, WINDOW_MESSAGES, WINDOW_MS } from './live.ts';

/** Gives the window what this gate decided in the hour before `now`, so that a restart does not empty the page. */
export async function fillFromLedger(live: LiveWindow, directory: string, now: Date): Promise<void> {
  let seen: Seen[] = [];
  const since = new Date(now.getTime() - WINDOW_MS);
  for await (const record of readLedger(directory, { kind: 'decision', since, until: now })) {
    seen.push(seenOfRecord(record));
    if (seen.length >= 2 * WINDOW_MESSAGES) seen = seen.slice(-WINDOW_MESSAGES);
  }
  live.addEarlier(seen.slice(-WINDOW_MESSAGES).sort((a, b) => a.at - b.at));
}
