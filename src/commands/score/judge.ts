import { loadConfig } from '../../config/load.ts';
import type { Config } from '../../config/schema.ts';
import type { Decision } from '../../decision.ts';
import { createResolver } from '../../evidence/dns/resolver.ts';
import { inspect } from '../../inspect.ts';
import { type MailSource, readMail, type StoredMail } from '../../mail/files.ts';
import type { Mail } from '../../mail/mail.ts';
import { createMetrics } from '../../observe/metrics.ts';
import { frozen } from '../../reputation/memory.ts';
import { openReputation } from '../../reputation/open.ts';
import type { Reputation } from '../../reputation/reputation.ts';
import { openInstruments } from '../../service/instruments.ts';
import { type Row, rowOf } from './row.ts';

/** How stored mail is judged. Plain data, so that it can go to a worker. */
export interface JudgeSetup {
  readonly config: string;
  readonly liveDns: boolean;
  /** File of a reputation; null judges without memory. */
  readonly memory: string | null;
}

/** Judges stored mail with the configuration's detectors, without a gate. */
export interface Judge {
  judge(mail: Mail): Promise<Decision>;
  close(): Promise<void>;
}

/** A judge with its own instruments and the memory that `remember` gives; it closes both. */
export async function openJudge(
  setup: JudgeSetup,
  remember: (setup: JudgeSetup, config: Config) => Reputation | null = frozenMemory,
): Promise<Judge> {
  const { config } = loadConfig(setup.config, process.env);
  const reputation = remember(setup, config);
  const resolver = setup.liveDns ? createResolver(config.authentication.dns) : null;
  const instruments = await openInstruments(config, { reputation, resolver });
  return {
    judge: (mail) => inspect(setup.liveDns ? { ...mail, recordedAuthentication: null } : mail, instruments),
    async close() {
      await instruments.close();
      await reputation?.close();
    },
  };
}

/** The memory as the file has it, learning nothing. */
function frozenMemory(setup: JudgeSetup, config: Config): Reputation | null {
  if (setup.memory === null) return null;
  return frozen(
    openReputation(
      { ...config.reputation, store: 'sqlite', file: setup.memory },
      createMetrics(),
      undefined,
      config.privacy,
    ),
  );
}

/** One row, whatever happens: a message that cannot be read is a row with its error. */
export async function rowFor(judge: Judge, source: MailSource): Promise<Row> {
  let stored: StoredMail;
  try {
    stored = await readMail(source);
  } catch (error) {
    return { path: source.label, error: error instanceof Error ? error.message : String(error) };
  }
  return rowOf(source.label, await judge.judge(stored.mail));
}
