import { isDeepStrictEqual } from 'node:util';
import type { Config } from '../../config/schema.ts';
import { withStatuses } from '../../detect/experiments/effective.ts';
import { readExperiments } from '../../detect/experiments/file.ts';
import { ruleSetDigest } from '../../detect/rules/digest.ts';
import { loadRules } from '../../detect/rules/load.ts';
import type { RuleSet } from '../../detect/rules/rule-set.ts';
import { type BadLine, describe } from '../../ledger/reader.ts';
import { Mistake } from '../../mistake.ts';
import { memoryReputation } from '../../reputation/memory.ts';
import { replayGroups } from './by-groups.ts';
import { type RecordCounts, type Replayer, replayRecords } from './by-records.ts';
import { labelsOf } from './labels.ts';
import { NeedsMailCount } from './needs-mail.ts';
import { deciderOf } from './redecide.ts';
import { RuleReplay } from './rejudge.ts';
import { learningRecords, mailOf, rescoringReplayer } from './rescore.ts';
import { openSource, type SourceOptions } from './source.ts';
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
  /** Narrows the decisions that are replayed; needs `data`. */
  readonly prepare?: SourceOptions['prepare'];
  readonly opened?: SourceOptions['opened'];
}

/**
 * What would have been decided. The same ledger and configurations give the same summary. Throws a Mistake where a configuration asks
 * for what a log cannot tell.
 */
export async function replay(options: ReplayOptions): Promise<ReplaySummary> {
  const { since, until, current = null, with: next } = options;
  const work: Work = {
    ...options,
    current,
    list: options.list ?? DEFAULT_LIST,
    tally: new Tally(options.list ?? DEFAULT_LIST),
    needsMail: new NeedsMailCount(),
    badLines: [],
  };
  const { kind, counts } = await (options.rescore === undefined
    ? fromLog(work)
    : fromMail(work, options.rescore));
  return {
    kind,
    since: since?.toISOString() ?? null,
    until: until?.toISOString() ?? null,
    ...work.tally.summary(),
    rescored: counts.rescored,
    verified: current === null ? null : { decisions: counts.decisions, same: counts.same },
    needsMail: work.needsMail.rules(),
    asLogged: current === null ? [] : evidenceSections(current, next, kind),
    badLines: work.badLines.map(describe),
  };
}

interface Work extends Omit<ReplayOptions, 'current' | 'list'> {
  readonly current: Config | null;
  readonly list: number;
  readonly tally: Tally;
  readonly needsMail: NeedsMailCount;
  readonly badLines: BadLine[];
}

interface Done {
  readonly kind: ReplaySummary['kind'];
  readonly counts: RecordCounts;
}

async function fromLog(work: Work): Promise<Done> {
  const { current, with: next, tally, list } = work;
  refuseOtherModel(current, next);
  const rules = { next: rulesOf(next), current: current === null ? null : rulesOf(current) };
  const kind = isPolicyAlone(rules.next, rules.current) ? 'policy' : 'rules';
  await using source = await openSource(work, (bad) => work.badLines.push(bad));
  if (kind === 'policy' && source.data !== null) {
    const deciders = { next: deciderOf(next), current: current === null ? null : deciderOf(current) };
    return { kind, counts: await replayGroups({ data: source.data, ...deciders, list }, tally) };
  }
  const options = {
    records: source.records(),
    next: { judge: judgeOf(kind, rules.next, rules.current, work.needsMail), decider: deciderOf(next) },
    current:
      current === null || rules.current === null
        ? null
        : { judge: judgeOf(kind, rules.current, rules.current, null), decider: deciderOf(current) },
    labels: await source.labels(),
  };
  return { kind, counts: await replayRecords(options, tally) };
}

/** One memory for both configurations: it learns what was decided then, not what would have been. */
async function fromMail(work: Work, folder: string): Promise<Done> {
  const { current, with: next, ledger, since, until } = work;
  await using stack = new AsyncDisposableStack();
  const memory = memoryReputation(next.reputation);
  const mail = await mailOf(folder);
  const open = async (config: Config) =>
    stack.adopt(await rescoringReplayer(config, mail, memory), (it) => it.close());
  const onBadLine = (bad: BadLine) => work.badLines.push(bad);
  const options = {
    records: learningRecords({ ledger, since, until, onBadLine }, memory),
    next: await open(next),
    current: current === null ? null : await open(current),
    labels: await labelsOf(ledger),
  };
  return { kind: 'rescore', counts: await replayRecords(options, work.tally) };
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

/** What raw mail does not show either: what others were asked for is taken as they answered then. */
const ASKED_SECTIONS = ['authentication', 'dnsLists', 'clamd'] as const;

function evidenceSections(current: Config, next: Config, kind: ReplaySummary['kind']): string[] {
  const logged = kind === 'rescore' ? ASKED_SECTIONS : EVIDENCE_SECTIONS;
  const changed = logged.filter((name) => !isDeepStrictEqual(current[name], next[name]));
  const challengers = isDeepStrictEqual(current.detect.challengers, next.detect.challengers);
  return challengers || kind === 'rescore' ? [...changed] : [...changed, 'detect.challengers'];
}
