import { existsSync } from 'node:fs';
import type { Config } from '../../config/schema.ts';
import { Desk, type DeskParts } from '../../feedback/desk.ts';
import { heldMailOf } from '../../feedback/held-mail.ts';
import { CaseStore } from '../../lab/cases/store.ts';
import { openLedger } from '../../ledger/writer.ts';
import { createLogger } from '../../observe/log.ts';
import { createMetrics } from '../../observe/metrics.ts';
import { openQuarantine } from '../../quarantine/disk.ts';
import { openReputation } from '../../reputation/open.ts';

/** A desk for feedback in a process beside the gate, and what it writes to. */
export interface OpenDesk {
  readonly desk: Desk;
  readonly parts: DeskParts;
}

/**
 * Opens it for as long as `work` takes: what is given is in the ledger and in the memory of senders then, and the gate's metrics follow
 * within a second.
 */
export async function withDesk<T>(config: Config, work: (open: OpenDesk) => Promise<T>): Promise<T> {
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
  const cases = await CaseStore.open(config.feedback.cases);
  await cases.prune(new Date(), config.feedback.retentionDays);
  // Asking must not make a quarantine where there is none.
  const quarantine = existsSync(config.quarantine.directory)
    ? stores.adopt(await openQuarantine(config, metrics), (it) => it.close())
    : null;
  const parts: DeskParts = {
    directory: config.ledger.directory,
    ledger,
    reputation,
    cases,
    ...(quarantine === null ? {} : { heldMail: heldMailOf(quarantine) }),
    onFault: (error) => console.error(`postern: ${error.message}`),
  };
  return await work({ desk: new Desk(parts), parts });
}
