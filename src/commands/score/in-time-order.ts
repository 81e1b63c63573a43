import type { Config } from '../../config/schema.ts';
import { type MailSource, readMail } from '../../mail/files.ts';
import { createMetrics } from '../../observe/metrics.ts';
import { observationOf } from '../../reputation/learn.ts';
import { memoryReputation } from '../../reputation/memory.ts';
import { openReputation } from '../../reputation/open.ts';
import type { Reputation } from '../../reputation/reputation.ts';
import { type Judge, type JudgeSetup, openJudge } from './judge.ts';
import { type Row, rowOf } from './row.ts';

interface Dated {
  readonly source: MailSource;
  readonly place: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/**
 * Judges by date, learning from each decision before the next; rows come in input order, after the last. It learns into
 * the file of `setup.memory`, or into a memory that ends with the run. Messages without a date come last.
 */
export async function* scoreInTimeOrder(
  sources: AsyncIterable<MailSource>,
  setup: JudgeSetup,
): AsyncGenerator<Row> {
  const rows: Row[] = [];
  const dated: Dated[] = [];
  for await (const source of sources) {
    const place = rows.push({ path: source.label, error: 'was not judged' }) - 1;
    try {
      const stored = await readMail(source);
      dated.push({
        source,
        place,
        at: stored.dated ? stored.mail.receivedAt.getTime() : Number.MAX_SAFE_INTEGER,
      });
    } catch (error) {
      rows[place] = { path: source.label, error: error instanceof Error ? error.message : String(error) };
    }
  }
  dated.sort((a, b) => a.at - b.at || a.place - b.place);
  let reputation: Reputation | null = null;
  const judge = await openJudge(setup, (_, config) => (reputation = learningMemory(setup, config)));
  try {
    for (const { source, place } of dated) rows[place] = await judgeAndLearn(judge, source, reputation);
  } finally {
    await judge.close();
  }
  yield* rows;
}

async function judgeAndLearn(judge: Judge, source: MailSource, reputation: Reputation | null): Promise<Row> {
  const { mail } = await readMail(source);
  const decision = await judge.judge(mail);
  reputation?.observe(observationOf(decision));
  return rowOf(source.label, decision);
}

function learningMemory(setup: JudgeSetup, config: Config): Reputation {
  return setup.memory === null
    ? memoryReputation(config.reputation)
    : openReputation(
        { ...config.reputation, store: 'sqlite', file: setup.memory },
        createMetrics(),
        undefined,
        config.privacy,
      );
}
