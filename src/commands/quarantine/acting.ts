import type { Config } from '../../config/schema.ts';
import { openLedger } from '../../ledger/writer.ts';
import { createLogger } from '../../observe/log.ts';
import { createMetrics } from '../../observe/metrics.ts';
import type { ActingParts } from '../../quarantine/actions/act-on-held.ts';
import type { Quarantine } from '../../quarantine/quarantine.ts';
import { withDesk } from '../feedback/open-desk.ts';

/** Does something to held mail beside the gate: written to the same ledger; where it `says` something of the mail, memory and cases hear of it. */
export async function acting<T>(
  quarantine: Quarantine,
  config: Config,
  { says }: { readonly says: boolean },
  work: (parts: ActingParts) => Promise<T>,
): Promise<T> {
  const parts = { quarantine, config: () => config, now: () => new Date() };
  if (says)
    return await withDesk(config, ({ desk, parts: stores }) =>
      work({ ...parts, ledger: stores.ledger, feedback: { desk, stores } }),
    );
  const ledger = await openLedger(config.ledger, createMetrics(), createLogger(config.observe.log));
  try {
    return await work({ ...parts, ledger });
  } finally {
    await ledger.close();
  }
}
