import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../config/schema.ts';
import type { Decision } from '../decision.ts';
import type { Mail } from '../mail/mail.ts';
import type { Logger } from '../observe/log.ts';
import type { Metrics } from '../observe/metrics.ts';
import type { Reputation } from '../reputation/reputation.ts';
import { Current } from './current.ts';
import { IsolatedInspection, type IsolatedParts } from './isolated.ts';
import { Journal } from './journal.ts';
import type { Readiness } from './lane.ts';
import { Suspects } from './suspects.ts';

/** More threads than this are wanted only by who counts on it: each has the lists and the model in its memory. */
const MOST_BY_DEFAULT = 4;

export interface InspectorParts {
  /** Null judges without memory. */
  readonly memory: Pick<Reputation, 'lookup'> | null;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/** What judges the mail of every gate. */
export interface Inspector {
  /** Id of the model; null where there is none. */
  readonly model: string | null;
  /** Rejects, as a GateError where the sender must come again. */
  inspect(mail: Mail): Promise<Decision>;
  /** Takes a new configuration over once it works; rejects where it does not, and the old one goes on. */
  reload(config: Config): Promise<void>;
  /** Throws where no worker can take mail. */
  check(): void;
  close(): Promise<void>;
}

/** Inspection by one configuration. */
interface Inspection {
  readonly readiness: Readiness;
  readonly workers: { readonly ready: number; readonly busy: number };
  inspect(mail: Mail): Promise<Decision>;
  close(): Promise<void>;
}

/** Starts inspection as `config.inspection` wants it. Rejects where a list, a rule or the model cannot be used. */
export async function openInspector(config: Config, parts: InspectorParts): Promise<Inspector> {
  const { log, metrics } = parts;
  const spool = config.gate.spool;
  await mkdir(spool, { recursive: true, mode: 0o700 });
  const onError = (error: unknown) => log.error({ error }, 'inspection cannot keep its records');
  const suspects = new Suspects(join(spool, 'suspects.json'), onError);
  const { journal, left } = Journal.open(spool, onError);
  if (left.length > 0) log.warn({ messages: left.length }, 'a former process ended with messages inside');
  suspects.suspect(left);
  const shared: IsolatedParts = { ...parts, suspects, journal };
  const current = new Current(await openInspection(config, shared));
  metrics.readInspectionWorkersFrom(() => current.inForce.workers);
  return {
    get model() {
      return current.inForce.readiness.model;
    },
    inspect: (mail) => current.use((inspection) => inspection.inspect(mail)),
    reload: async (next) => current.replace(await openInspection(next, shared)),
    check() {
      if (current.inForce.workers.ready === 0) throw new Error('no worker can take mail');
    },
    async close() {
      metrics.readInspectionWorkersFrom(null);
      await current.close();
      journal.close();
    },
  };
}

async function openInspection(config: Config, parts: IsolatedParts): Promise<Inspection> {
  const workers = config.inspection.workers ?? Math.min(availableParallelism(), MOST_BY_DEFAULT);
  const inspection =
    workers === 0
      ? await (await import('./inline.ts')).openInline(config, parts.memory)
      : await IsolatedInspection.open(config, workers, parts);
  const { degraded } = inspection.readiness;
  if (degraded !== null) parts.log.error({ error: degraded }, 'running without a model');
  return inspection;
}
