import type { VerdictCategory } from '../../detect/category.ts';
import type { Verdict } from '../../policy/verdict.ts';
import { type Decider, redecide } from './redecide.ts';
import { type Rejudged, ROUNDING } from './rejudge.ts';
import type { Replayable } from './rows.ts';
import type { Change } from './summary.ts';
import type { Tally } from './tally.ts';
import { why } from './why.ts';

/** One configuration's way from a record to a verdict. */
export interface Replayer {
  /** What detectors make of it; for a change of the policy alone, what was logged. */
  readonly judge: (record: Replayable) => Rejudged | Promise<Rejudged>;
  readonly decider: Decider;
}

export interface RecordsReplay {
  readonly records: AsyncIterable<Replayable>;
  readonly next: Replayer;
  /** Null tries nothing first. */
  readonly current: Replayer | null;
  readonly labels: ReadonlyMap<string, VerdictCategory>;
}

export interface RecordCounts {
  readonly decisions: number;
  /** Decisions that the current configuration makes as they were made. */
  readonly same: number;
  readonly rescored: number;
}

/** Replays records one by one. */
export async function replayRecords(options: RecordsReplay, tally: Tally): Promise<RecordCounts> {
  let [decisions, same, rescored] = [0, 0, 0];
  for await (const record of options.records) {
    decisions += 1;
    const { id, at } = record;
    const otherwise = options.current === null ? null : await differenceTo(record, options.current);
    if (otherwise === null) same += 1;
    const change =
      otherwise === null
        ? await changeOf(record, options.next, options.labels.get(id) ?? null)
        : { reason: otherwise };
    if ('reason' in change) {
      tally.countNotReplayed(change.reason);
      tally.notReplayed({ id, at, reason: change.reason });
      continue;
    }
    const { before, after, label } = change;
    tally.count({ before: before.verdict, after: after.verdict, category: after.category, label });
    if (before.verdict !== after.verdict) tally.change(change);
    else if (before.score !== after.score) rescored += 1;
  }
  return { decisions, same, rescored };
}

/** Why a decision is set aside that the current configuration does not make again. */
export function decidedOtherwise(now: Verdict, then: Verdict): string {
  return `the current configuration gives ${now}, ${then} was decided`;
}

/** What keeps the current configuration from making the logged decision; null where it makes the same. */
async function differenceTo(record: Replayable, current: Replayer): Promise<string | null> {
  const again = await outcomeOf(record, current);
  if ('reason' in again) return again.reason;
  if (again.verdict !== record.verdict) return decidedOtherwise(again.verdict, record.verdict);
  const isSame = Math.abs(again.judged.score - record.score) <= ROUNDING;
  return isSame && again.judged.category === record.category
    ? null
    : 'the current configuration gives another score: other rules decided';
}

async function changeOf(
  record: Replayable,
  next: Replayer,
  label: VerdictCategory | null,
): Promise<Change | { readonly reason: string }> {
  const again = await outcomeOf(record, next);
  if ('reason' in again) return again;
  const { judged, verdict, fates } = again;
  const { id, at, from, subject } = record;
  const before = { verdict: record.verdict, category: record.category, score: record.score };
  const after = { verdict, category: judged.category, score: judged.score };
  const told = { ...judged, verdict, fates };
  const reasons = verdict === record.verdict ? [] : why(record, told, next.decider.policy);
  return { id, at, from, subject, before, after, label, why: reasons };
}

async function outcomeOf(record: Replayable, { judge, decider }: Replayer) {
  const judged = await judge(record);
  if ('reason' in judged) return judged;
  const { envelope, from, evidence } = record;
  const again = redecide({ ...judged, envelope, from, evidence }, decider);
  return 'reason' in again ? again : { ...again, judged };
}
