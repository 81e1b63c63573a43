import { VERDICTS, type Verdict } from '../../policy/verdict.ts';
import type { SeenInScope } from './live.ts';

const MINUTE_MS = 60_000;
const MINUTES = 60;

/** What a rule of campaigns calls one: two may be chance, and a page has room for a few. */
export const CAMPAIGN_MESSAGES = 3;
export const CAMPAIGNS = 5;

export interface Minute {
  readonly at: Date;
  readonly counts: Readonly<Record<Verdict, number>>;
}

export interface Latency {
  /** `total`: from the end of the data to our reply. */
  readonly stage: string;
  readonly count: number;
  /** Seconds. */
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

export interface Campaign {
  /** The key that they share. */
  readonly likeness: string;
  readonly messages: number;
  readonly counts: Readonly<Record<Verdict, number>>;
  readonly category: string;
  /** Of the latest. */
  readonly from: string;
  readonly subject: string;
  readonly since: Date;
}

export interface FailureCount {
  readonly what: string;
  readonly reason: string;
  readonly messages: number;
}

/** Messages by verdict. */
export function countsOf(seen: readonly SeenInScope[]): Record<Verdict, number> {
  const counts = Object.fromEntries(VERDICTS.map((verdict) => [verdict, 0])) as Record<Verdict, number>;
  for (const { verdict } of seen) counts[verdict] += 1;
  return counts;
}

/** The last sixty minutes, the one that `now` is in last; those without mail, too. */
export function byMinute(seen: readonly SeenInScope[], now: Date): Minute[] {
  const last = Math.floor(now.getTime() / MINUTE_MS);
  const groups = Map.groupBy(seen, ({ at }) => Math.floor(at / MINUTE_MS));
  return Array.from({ length: MINUTES }, (_, i) => {
    const minute = last - MINUTES + 1 + i;
    return { at: new Date(minute * MINUTE_MS), counts: countsOf(groups.get(minute) ?? []) };
  });
}

/** Percentiles of each stage, the whole first, then the slowest. */
export function latencies(seen: readonly SeenInScope[]): Latency[] {
  const byStage = new Map<string, number[]>();
  for (const { stageSeconds } of seen)
    for (const [stage, seconds] of Object.entries(stageSeconds)) {
      const known = byStage.get(stage);
      if (known === undefined) byStage.set(stage, [seconds]);
      else known.push(seconds);
    }
  const totals = seen.flatMap(({ seconds }) => (seconds === null ? [] : [seconds]));
  return [
    ...(totals.length === 0 ? [] : [latency('total', totals)]),
    ...[...byStage].map(([stage, values]) => latency(stage, values)).sort((a, b) => b.p95 - a.p95),
  ];
}

function latency(stage: string, values: readonly number[]): Latency {
  const sorted = values.toSorted((a, b) => a - b);
  return {
    stage,
    count: sorted.length,
    p50: percentile(sorted, 0.5),
    p95: percentile(sorted, 0.95),
    p99: percentile(sorted, 0.99),
  };
}

/** The smallest value that at least this share of them does not exceed (nearest rank). */
function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

/** What could not be had, most messages first. */
export function failureCounts(seen: readonly SeenInScope[]): FailureCount[] {
  const counts = new Map<string, FailureCount>();
  for (const { failures } of seen)
    for (const { what, reason } of failures) {
      const key = `${what} ${reason}`;
      counts.set(key, { what, reason, messages: (counts.get(key)?.messages ?? 0) + 1 });
    }
  return [...counts.values()].sort((a, b) => b.messages - a.messages);
}

/** Groups of messages that share a link or a file, where any of them was not just delivered; each message is in one, the largest. */
export function campaigns(seen: readonly SeenInScope[]): Campaign[] {
  const byKey = new Map<string, SeenInScope[]>();
  for (const one of seen)
    for (const key of new Set(one.likeness)) {
      const known = byKey.get(key);
      if (known === undefined) byKey.set(key, [one]);
      else known.push(one);
    }
  const found: Campaign[] = [];
  const taken = new Set<string>();
  for (const [likeness, members] of [...byKey].sort(([, a], [, b]) => b.length - a.length)) {
    const left = members.filter(({ id }) => !taken.has(id));
    if (left.length < CAMPAIGN_MESSAGES || left.every(({ verdict }) => verdict === 'accept')) continue;
    for (const { id } of left) taken.add(id);
    found.push(campaign(likeness, left));
    if (found.length === CAMPAIGNS) break;
  }
  return found.sort((a, b) => b.messages - a.messages);
}

function campaign(likeness: string, members: readonly SeenInScope[]): Campaign {
  const categories = [...Map.groupBy(members, ({ category }) => category)];
  const [category = 'none'] = categories.sort(([, a], [, b]) => b.length - a.length)[0] ?? [];
  const latest = members.at(-1);
  return {
    likeness,
    messages: members.length,
    counts: countsOf(members),
    category,
    from: latest?.from ?? '',
    subject: latest?.subject ?? '',
    since: new Date(members[0]?.at ?? 0),
  };
}
