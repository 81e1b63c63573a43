import { loadConfig } from '../../config/load.ts';
import type { Decision } from '../../decision.ts';
import { inspect } from '../../inspect.ts';
import { openInstruments } from '../../instruments.ts';
import type { Mail } from '../../mail.ts';
import { type MailSource, readMail, type StoredMail } from '../../mail-files.ts';
import { frozen } from '../../reputation/frozen.ts';
import type { Reputation } from '../../reputation/reputation.ts';
import { openReputation } from '../../reputation/sqlite.ts';
import { type Row, rowOf } from './row.ts';

/** How stored mail is judged. Plain data, so that it can go to a worker. */
export interface JudgeSetup {
  readonly config: string;
  readonly liveDns: boolean;
  /** File of a reputation, read and never changed; null judges without memory. */
  readonly memory: string | null;
}

/** Judges stored mail with the configuration's detectors, without a gate. */
export interface Judge {
  judge(mail: Mail): Promise<Decision>;
  close(): Promise<void>;
}

/** A judge with its own instruments. `reputation` stands for `setup.memory` where it is given. */
export async function openJudge(setup: JudgeSetup, reputation?: Reputation): Promise<Judge> {
  const { config } = loadConfig(setup.config, process.env);
  const memory =
    reputation ??
    (setup.memory === null ? null : frozen(openReputation({ ...config.reputation, file: setup.memory })));
  const instruments = await openInstruments(config, { reputation: memory, dns: setup.liveDns });
  return {
    judge: (mail) => inspect(setup.liveDns ? { ...mail, recordedAuthentication: null } : mail, instruments),
    async close() {
      await instruments.close();
      if (!reputation) await memory?.close();
    },
  };
}

/** One row, whatever happens: a message that cannot be read is a row with its error. */
export async function rowFor(judge: Judge, source: MailSource): Promise<Row> {
  let stored: StoredMail;
  try {
    stored = await readMail(source);
    return rowOf(source.label, await judge.judge(stored.mail));
  } catch (error) {
    return { path: source.label, error: error instanceof Error ? error.message : String(error) };
  }
}
