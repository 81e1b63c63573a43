import type { VerdictCategory } from '../../detect/category.ts';
import type { Model } from '../../detect/model.ts';
import type { RuleSet } from '../../detect/rules/rule-set.ts';
import { type Explanation, explain } from './explain.ts';
import { type Grouping, group, type RawGroup } from './group.ts';
import { propose, type RuleProposal } from './propose.ts';
import { type GapKind, gapOf, type Specimen } from './specimen.ts';
import { type SuspectLabel, suspects } from './suspects.ts';
import { type Tell, tells } from './tells.ts';
import { type Trend, trendOf } from './trend.ts';

export interface GapsInput {
  readonly gaps: readonly Specimen[];
  readonly background: readonly Specimen[];
  /** Labelled mail on which proposals are tried as well. */
  readonly corpora: readonly Specimen[];
  /** How many there were before bounds. */
  readonly gapsFound: number;
  readonly backgroundFound: number;
  readonly rules: RuleSet;
  readonly model: Model | null;
  readonly python: string | null;
}

export interface GapGroup {
  readonly number: number;
  /** The most telling words and the most telling condition. */
  readonly name: string;
  readonly kind: GapKind;
  /** What most reports say it is; `none` for wanted mail. */
  readonly category: VerdictCategory;
  readonly size: number;
  readonly members: readonly { readonly id: string; readonly subject: string; readonly score: number }[];
  /** Mean likeness of two members, up to 1. */
  readonly cohesion: number;
  /** Messages that passed, of which nobody said anything, and whose features are those of the group: likely more of the same. */
  readonly alike: readonly string[];
  readonly words: RawGroup['words'];
  readonly tells: readonly Tell[];
  readonly trend: Trend;
  readonly explanation: Explanation;
  readonly proposals: readonly RuleProposal[];
}

export interface GapsReport {
  readonly misses: number;
  readonly falsePositives: number;
  readonly gapsFound: number;
  readonly background: number;
  readonly backgroundFound: number;
  readonly corpora: number;
  /** Messages that belong to no group. */
  readonly ungrouped: number;
  readonly withoutMail: number;
  readonly groups: readonly GapGroup[];
  /** Groups beyond the most that are told. */
  readonly groupsLeftOut: number;
  readonly suspects: readonly SuspectLabel[];
  /** Places of the gaps on a plane; group 0 is none. */
  readonly map: readonly {
    readonly id: string;
    readonly x: number;
    readonly y: number;
    readonly group: number;
  }[];
}

/** Each costs seconds, and nobody mends more at a time; the largest are told. */
export const MOST_GROUPS = 20;
const NAME_WORDS = 3;

/** Groups what was judged wrong, says why, and proposes what to do. The same input gives the same report. */
export async function findGaps(input: GapsInput): Promise<GapsReport> {
  const { gaps, background } = input;
  const all = [...gaps, ...background];
  const messages = [
    ...gaps.map((one) => ({ ...one, kind: gapOf(one) ?? ('background' as const) })),
    ...background.map((one) => ({ ...one, kind: 'background' as const })),
  ];
  const found = gaps.length === 0 ? { groups: [], messages: [] } : await group(messages, input.python);
  const ordered = found.groups.toSorted((a, b) => b.members.length - a.members.length);
  const groups: GapGroup[] = [];
  for (const [i, raw] of ordered.slice(0, MOST_GROUPS).entries())
    groups.push(await groupOf(i + 1, raw, found, all, input));
  const grouped = new Map(ordered.flatMap(({ members }, i) => members.map((at) => [at, i + 1] as const)));
  return {
    misses: gaps.filter((one) => gapOf(one) === 'miss').length,
    falsePositives: gaps.filter((one) => gapOf(one) === 'falsePositive').length,
    gapsFound: input.gapsFound,
    background: background.length,
    backgroundFound: input.backgroundFound,
    corpora: input.corpora.length,
    ungrouped: gaps.length - grouped.size,
    withoutMail: gaps.filter(({ message }) => message === null).length,
    groups,
    groupsLeftOut: Math.max(0, ordered.length - MOST_GROUPS),
    suspects: suspects(found.messages, all),
    map: found.messages.map(({ at, x, y }) => ({ id: all[at]?.id ?? '', x, y, group: grouped.get(at) ?? 0 })),
  };
}

async function groupOf(
  number: number,
  raw: RawGroup,
  { messages }: Grouping,
  all: readonly Specimen[],
  { rules, model, corpora }: GapsInput,
): Promise<GapGroup> {
  const own = new Set(raw.members);
  const members = raw.members.flatMap((at) => all[at] ?? []);
  const rest = all.filter((_, at) => !own.has(at));
  const placed = messages.filter(({ at }) => own.has(at));
  const category = mostSaid(members);
  const alike = raw.alike.flatMap((at) => all[at] ?? []).filter(({ said }) => said === null);
  const telling = tells(members, without(rest, alike), rules);
  return {
    number,
    name: nameOf(raw, telling),
    kind: raw.kind,
    category,
    size: members.length,
    members: members.map(({ id, subject, score }) => ({ id, subject, score })),
    cohesion: raw.cohesion,
    alike: alike.map(({ id }) => id),
    words: raw.words,
    tells: telling,
    trend: trendOf(members),
    explanation: await explain({ members, placed, all, model }),
    proposals: propose({
      ...{ kind: raw.kind, members, rest: without(rest, alike), alike, corpora, rules },
      // A rule that speaks for a sender is filed under what his mail was taken for.
      category: raw.kind === 'miss' ? category : mostOf(members.map((one) => one.category)),
    }),
  };
}

function without(all: readonly Specimen[], some: readonly Specimen[]): readonly Specimen[] {
  const left = new Set(some);
  return all.filter((one) => !left.has(one));
}

function nameOf({ words, kind }: RawGroup, telling: readonly Tell[]): string {
  const first = words.slice(0, NAME_WORDS).map(({ word }) => word);
  const condition = telling[0]?.condition;
  const parts = [
    ...(first.length === 0 ? [] : [first.join(', ')]),
    ...(condition === undefined ? [] : [condition]),
  ];
  return parts.length === 0 ? (kind === 'miss' ? 'missed mail' : 'held mail') : parts.join('; ');
}

function mostSaid(members: readonly Specimen[]): VerdictCategory {
  return mostOf(members.flatMap(({ said }) => (said === null ? [] : [said])));
}

function mostOf(categories: readonly VerdictCategory[]): VerdictCategory {
  const [first] = [...Map.groupBy(categories, (one) => one)].sort(
    ([a, as], [b, bs]) => bs.length - as.length || (a < b ? -1 : 1),
  );
  return first?.[0] ?? 'none';
}
