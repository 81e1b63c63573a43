import { isDeepStrictEqual } from 'node:util';
import type { Config } from '../../config/schema.ts';
import { withStatuses } from '../../detect/experiments/effective.ts';
import { readExperiments } from '../../detect/experiments/file.ts';
import { SCHEMA_HASH } from '../../detect/features/schema.ts';
import { ruleSetDigest } from '../../detect/rules/digest.ts';
import { loadRules } from '../../detect/rules/load.ts';
import type { RuleSet } from '../../detect/rules/rule-set.ts';
import { type BadLine, describe } from '../../ledger/reader.ts';
import { Mistake } from '../../mistake.ts';
import { createPolicy } from '../../policy/decide.ts';
import { replayGroups } from './by-groups.ts';
import { type Replayer, replayRecords } from './by-records.ts';
import { NeedsMailCount } from './needs-mail.ts';
import type { Decider } from './redecide.ts';
import { RuleReplay } from './rejudge.ts';
import { openSource } from './source.ts';
import type { ReplaySummary } from './summary.ts';
import { Tally } from './tally.ts';

/** Changes told one by one where nobody says how many. */
export const DEFAULT_LIST = 100;

export interface ReplayOptions {
  /** Folder of the ledger. */
  readonly ledger: string;
  /** Folder of the same as Parquet; without it the ledger's own files are read. */
  readonly data?: string | undefined;
  readonly since?: Date | undefined;
  readonly until?: Date | undefined;
  /** What would have decided. */
  readonly with: Config;
  /** What did decide, as far as is known: tried first, and decisions that it does not make again are set aside. */
  readonly current?: Config | undefined;
  /** Folder of raw mail, `<id>.eml`: judge it anew rather than from logged evidence. */
  readonly rescore?: string | undefined;
  readonly list?: number | undefined;
}

/**
 * What would have been decided. The same ledger and configurations give the same summary. Throws a Mistake where a configuration asks
 * for what a log cannot tell.
 */
export async function replay(options: ReplayOptions): Promise<ReplaySummary> {
  const { since, until, current = null, with: next } = options;
  refuseOtherModel(current, next);
  const tally = new Tally(options.list ?? DEFAULT_LIST);
  const needsMail = new NeedsMailCount();
  const badLines: string[] = [];
  const rules = { next: rulesOf(next), current: current === null ? null : rulesOf(current) };
  const kind = isPolicyAlone(rules.next, rules.current) ? 'policy' : 'rules';
  const onBadLine = (bad: BadLine) => badLines.push(describe(bad));
  await using source = await openSource(options, onBadLine);
  const counts =
    kind === 'policy' && source.data !== null
      ? await replayGroups(
          {
            data: source.data,
            next: deciderOf(next),
            current: current === null ? null : deciderOf(current),
            list: options.list ?? DEFAULT_LIST,
          },
          tally,
        )
      : await replayRecords(
          {
            records: source.records(),
            next: { judge: judgeOf(kind, rules.next, rules.current, needsMail), decider: deciderOf(next) },
            current:
              current === null || rules.current === null
                ? null
                : { judge: judgeOf(kind, rules.current, rules.current, null), decider: deciderOf(current) },
            labels: await source.labels(),
          },
          tally,
        );
  return {
    kind,
    since: since?.toISOString() ?? null,
    until: until?.toISOString() ?? null,
    ...tally.summary(),
    rescored: counts.rescored,
    verified: current === null ? null : { decisions: counts.decisions, same: counts.same },
    needsMail: needsMail.rules(),
    asLogged: current === null ? [] : evidenceSections(current, next),
    badLines,
  };
}

/** The part of a configuration that makes verdicts of scores. */
export function deciderOf({ policy, failures }: Config): Decider {
  return { policy: createPolicy(policy, { featureSchema: SCHEMA_HASH }), failures };
}

/** The rules as a gate runs them: with the statuses of the configuration and of the file of experiments. */
function rulesOf({ detect, failures }: Config): RuleSet {
  const rules = loadRules(detect.rules, { onFailure: failures.rules });
  return withStatuses(rules, detect, readExperiments(detect.experiments));
}

function isPolicyAlone(next: RuleSet, current: RuleSet | null): boolean {
  return current !== null && ruleSetDigest(next) === ruleSetDigest(current);
}

function judgeOf(
  kind: 'policy' | 'rules',
  next: RuleSet,
  current: RuleSet | null,
  needsMail: NeedsMailCount | null,
): Replayer['judge'] {
  if (kind === 'policy') return (record) => record;
  const replayed = new RuleReplay(next, current, (read) => needsMail?.add(read));
  return (record) => replayed.judge(record);
}

function refuseOtherModel(current: Config | null, next: Config): void {
  if (current === null || current.detect.model === next.detect.model) return;
  throw new Mistake(
    'the model differs, and the ledger has no text for it to read: replay with --rescore MAILDIR',
  );
}

/** What shapes evidence and models' parts: a change of these shows in no log. */
const EVIDENCE_SECTIONS = ['identity', 'authentication', 'dnsLists', 'clamd', 'reputation'] as const;

function evidenceSections(current: Config, next: Config): string[] {
  const changed = EVIDENCE_SECTIONS.filter((name) => !isDeepStrictEqual(current[name], next[name]));
  const challengers = isDeepStrictEqual(current.detect.challengers, next.detect.challengers);
  return challengers ? [...changed] : [...changed, 'detect.challengers'];
}
