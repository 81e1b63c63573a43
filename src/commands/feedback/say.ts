import type { Config } from '../../config/schema.ts';
import type { VerdictCategory } from '../../detect/category.ts';
import { giveFeedback } from '../../ledger/feedback.ts';
import type { FeedbackRecord } from '../../ledger/record.ts';
import { openLedger } from '../../ledger/writer.ts';
import { createLogger } from '../../observe/log.ts';
import { createMetrics } from '../../observe/metrics.ts';
import { openReputation } from '../../reputation/open.ts';

/**
 * Feedback from a process beside the gate: it is in the ledger and in the memory of senders when this resolves, and the
 * gate's metrics follow within a second. Throws UnknownDecision for an id that the ledger does not have.
 */
export async function sayWhatItIs(
  config: Config,
  said: { readonly id: string; readonly is: VerdictCategory; readonly actor: string },
): Promise<FeedbackRecord> {
  await using stores = new AsyncDisposableStack();
  const metrics = createMetrics();
  const ledger = stores.adopt(
    await openLedger(config.ledger, metrics, createLogger(config.observe.log)),
    (it) => it.close(),
  );
  const reputation = stores.adopt(
    openReputation(config.reputation, metrics, undefined, config.privacy),
    (it) => it.close(),
  );
  return await giveFeedback(
    { ...said, at: new Date() },
    { directory: config.ledger.directory, ledger, reputation },
  );
}
