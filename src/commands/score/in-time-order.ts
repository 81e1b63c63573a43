import { reputationKeysOf } from '../../evidence/reputation.ts';
import { type MailSource, readMail } from '../../mail-files.ts';
import { memoryReputation } from '../../reputation/memory.ts';
import { type JudgeSetup, openJudge, rowFor } from './judge.ts';
import type { Row } from './row.ts';

/** Judges by date, learning from each decision before the next; rows come in input order, after the last. */
export async function* scoreInTimeOrder(
  sources: AsyncIterable<MailSource>,
  setup: JudgeSetup,
): AsyncGenerator<Row> {
  void sources;
  void setup;
  void reputationKeysOf;
  void memoryReputation;
  void readMail;
  void openJudge;
  void rowFor;
  yield* [];
}
