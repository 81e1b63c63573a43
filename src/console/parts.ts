import type { LoadedConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import type { Database } from '../database/open.ts';
import type { Desk } from '../feedback/desk.ts';
import type { FeedbackStores } from '../ledger/feedback.ts';
import type { Ledger } from '../ledger/writer.ts';
import type { Health } from '../observe/health.ts';
import type { Logger } from '../observe/log.ts';
import type { Metrics } from '../observe/metrics.ts';
import type { Quarantine } from '../quarantine/quarantine.ts';
import type { Reloads } from '../service/reloads.ts';
import type { LiveWindow } from './now/live.ts';

/** What the console works on: the parts of the running service. */
export interface ConsoleParts {
  /** The configuration in force; a reload gives another one. */
  readonly config: () => Config;
  /** How its loads ended; left out where no gate runs beside, so that nothing takes a change over. */
  readonly reloads?: Reloads;
  /** Its file, which `what if` changes. */
  readonly file: LoadedConfig['file'];
  /** Users, sessions, links; held mail by `quarantine`. */
  readonly database: Database;
  readonly quarantine: Quarantine;
  /** Takes the record of every change. */
  readonly ledger: Ledger;
  /** Takes what people say of messages, and what the memory of senders learns from it. */
  readonly feedback?: { readonly desk: Desk; readonly stores: FeedbackStores };
  readonly metrics: Metrics;
  readonly health: () => Promise<Health>;
  readonly log: Logger;
  readonly now: () => Date;
  /** What this gate decided in the last hour; left out where no gate runs beside. */
  readonly live?: LiveWindow;
}
