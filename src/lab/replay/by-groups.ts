import type { VerdictCategory } from '../../detect/category.ts';
import type { NotRun } from '../../detect/finding.ts';
import type { DecisionRecord } from '../../ledger/record.ts';
import type { Verdict } from '../../policy/verdict.ts';
import type { LedgerData } from '../data/open.ts';
import { decidedOtherwise, type RecordCounts } from './by-records.ts';
import { groupQuery, membersQuery } from './group-query.ts';
import { findListed } from './listed.ts';
import { type Decider, type PolicyInput, type Redecided, redecide } from './redecide.ts';
import type { Tally } from './tally.ts';
import { why } from './why.ts';

interface Keys {
  readonly score: number;
  readonly verdict: Verdict;
  readonly category: VerdictCategory;
  readonly forced: DecisionRecord['forced'];
  readonly forced_by: string | null;
  readonly not_run: string;
  readonly label: VerdictCategory | null;
  readonly domains: readonly string[] | null;
  readonly from_address: string | null;
  readonly mail_from: string | null;
  readonly client_ip: string | null;
  readonly sender: string | null;
  readonly authentication: string | null;
  readonly findings: string | null;
}

interface Group extends Keys {
  readonly mark: bigint | number;
  readonly count: number;
}

interface Member extends Keys {
  readonly id: string;
  readonly at: Date;
  readonly author: string;
  readonly subject: string;
  readonly fates_json: string;
}

export interface GroupsReplay {
  readonly data: LedgerData;
  readonly next: Decider;
  /** Null tries nothing first. */
  readonly current: Decider | null;
  /** How many changes to fetch one by one. */
  readonly list: number;
}

/** A change of the policy alone, group by group: decisions that no policy tells apart are decided once. */
export async function replayGroups(options: GroupsReplay, tally: Tally): Promise<RecordCounts> {
  const { data, next, current, list } = options;
  const deciders = current === null ? [next] : [next, current];
  await findListed(data, deciders);
  const changed: (bigint | number)[] = [];
  let [decisions, same] = [0, 0];
  for await (const group of data.stream<Group>(groupQuery(deciders))) {
    const { count, verdict: before, category, label } = group;
    const outcome = outcomeOf(group, next, current);
    decisions += count;
    if (!outcome.otherwise) same += count;
    if ('reason' in outcome.again) tally.countNotReplayed(outcome.again.reason, count);
    else tally.count({ before, after: outcome.again.verdict, category, label }, count);
    if ('reason' in outcome.again || outcome.again.verdict !== before) changed.push(group.mark);
  }
  if (changed.length > 0) await tellMembers({ data, deciders, marks: changed, list }, next, current, tally);
  return { decisions, same, rescored: 0 };
}

/** What becomes of a group, and whether the current configuration decides otherwise than was logged. */
function outcomeOf(keys: Keys, next: Decider, current: Decider | null) {
  const input = inputOf(keys);
  const now: Redecided | null = current === null ? null : redecide(input, current);
  if (now !== null && 'reason' in now) return { again: now, otherwise: true };
  if (now !== null && now.verdict !== keys.verdict) {
    return { again: { reason: decidedOtherwise(now.verdict, keys.verdict) }, otherwise: true };
  }
  return { again: redecide(input, next), otherwise: false };
}

interface Wanted {
  readonly data: LedgerData;
  readonly deciders: readonly Decider[];
  readonly marks: readonly (bigint | number)[];
  readonly list: number;
}

/** Known cases are all told, of the others the first. A mark that two groups share brings members that do not change: they are left out. */
async function tellMembers(
  wanted: Wanted,
  next: Decider,
  current: Decider | null,
  tally: Tally,
): Promise<void> {
  const { data, deciders, marks, list } = wanted;
  await data.connection.run('CREATE OR REPLACE TEMP TABLE replay_marks (mark UBIGINT)');
  const appender = await data.connection.createAppender('replay_marks');
  for (const mark of marks) {
    appender.appendUBigInt(BigInt(mark));
    appender.endRow();
  }
  appender.closeSync();
  const told = new Set<string>();
  for (const labelledOnly of [true, false]) {
    const query = membersQuery(deciders, labelledOnly ? null : list);
    for await (const member of data.stream<Member>(query)) {
      if (told.has(member.id)) continue;
      told.add(member.id);
      tell(member, next, current, tally);
    }
  }
}

function tell(member: Member, next: Decider, current: Decider | null, tally: Tally): void {
  const { id, score, verdict, category, label, subject } = member;
  const at = member.at.toISOString();
  const { again } = outcomeOf(member, next, current);
  if ('reason' in again) {
    tally.notReplayed({ id, at, reason: again.reason });
    return;
  }
  if (again.verdict === verdict) return;
  const before = { score, findings: [], verdict, fates: JSON.parse(member.fates_json) };
  const after = { ...before, verdict: again.verdict, fates: again.fates };
  tally.change({
    id,
    at,
    from: member.author,
    subject,
    before: { verdict, category, score },
    after: { verdict: again.verdict, category, score },
    label,
    why: why(before, after, next.policy),
  });
}

const FAILED = { status: 'failed', reason: 'error', detail: 'not asked for', outcome: 'open' } as const;

/** What the policies read. What is no key is what none of them asks: there are no lists, or none that could move the message. */
function inputOf(keys: Keys): PolicyInput {
  const notRun: readonly NotRun[] = JSON.parse(keys.not_run);
  return {
    envelope: {
      clientIp: keys.client_ip,
      clientName: null,
      helo: null,
      mailFrom: keys.mail_from,
      rcptTo: keys.domains?.map((domain) => `@${domain}`) ?? [],
    },
    from: keys.from_address ?? '',
    score: keys.score,
    category: keys.category,
    findings: keys.findings === null ? [] : JSON.parse(keys.findings),
    notRun,
    forced: keys.forced,
    ...(keys.forced_by === null ? {} : { forcedBy: keys.forced_by }),
    evidence: {
      sender: keys.sender === null ? FAILED : JSON.parse(keys.sender),
      authentication: keys.authentication === null ? FAILED : JSON.parse(keys.authentication),
    },
  };
}
