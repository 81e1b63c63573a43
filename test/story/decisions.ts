import { setTimeout as sleep } from 'node:timers/promises';
import { readLedger } from '../../src/ledger/reader.ts';
import type { DecisionRecord } from '../../src/ledger/record.ts';
import type { StoryLetter } from './letter.ts';

/** Of a ledger that is written a moment behind the answers. */
const LIMIT_MS = 20_000;
const PAUSE_MS = 100;

/** The decisions on these letters, in their order, once the ledger has all of them. */
export async function decisionsOn(
  ledger: string,
  letters: readonly StoryLetter[],
): Promise<readonly DecisionRecord[]> {
  const deadline = Date.now() + LIMIT_MS;
  for (;;) {
    const found = new Map<string, DecisionRecord>();
    for await (const record of readLedger(ledger, { kind: 'decision' })) found.set(record.messageId, record);
    const wanted = letters.flatMap(({ messageId }) => found.get(messageId) ?? []);
    if (wanted.length === letters.length) return wanted;
    if (Date.now() > deadline)
      throw new Error(`the ledger has ${wanted.length} of ${letters.length} decisions`);
    await sleep(PAUSE_MS);
  }
}

/** Whether the people it was for got it without a word of warning. */
export function isMissed({ verdict }: DecisionRecord): boolean {
  return verdict === 'accept';
}
