import type { LedgerData } from '../data/open.ts';
import type { Hour, Series } from './change.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Days that now is compared with: two of each day of the week. */
export const PAST_DAYS = 14;

/** What is looked at, and how far back. */
export interface Window {
  readonly since: Date;
  readonly until: Date;
}

/** What decided in an hour. */
export interface Release {
  readonly hour: number;
  readonly first: number;
  readonly version: string | null;
  readonly ruleSet: string | null;
  readonly model: string | null;
}

export interface Counts {
  /** By detector: `rule:<id>`, `feature:<name>`, `failed:<source>`. */
  readonly series: ReadonlyMap<string, Series>;
  /** Oldest first. */
  readonly releases: readonly Release[];
  readonly messages: number;
}

/** The first moment that a comparison reads. */
export function startOfPast({ since, until }: Window): Date {
  return new Date(floorHour(since.getTime()) - PAST_DAYS * strideOf({ since, until }));
}

/**
 * Hits an hour of every rule, of every feature (a value that is neither missing nor 0) and of every failure of evidence, now and in the
 * same hours of the days before.
 */
export async function countDetectors(data: LedgerData, window: Window): Promise<Counts> {
  const messages = new Map<number, number>();
  const bounds = { since: stamp(startOfPast(window)), until: stamp(window.until), ...hoursOfDay(window) };
  const rows = await data.query<HourRow>(MESSAGES, bounds);
  for (const { hour, hits } of rows) messages.set(Number(hour), Number(hits));
  const hits = new Map<string, Map<number, number>>();
  for (const sql of [RULES, FEATURES, FAILURES]) {
    for await (const row of data.stream<DetectorRow>(sql, bounds)) {
      const of = hits.get(row.detector) ?? new Map<number, number>();
      hits.set(row.detector, of.set(Number(row.hour), Number(row.hits)));
    }
  }
  const releases = (await data.query<ReleaseRow>(RELEASES, bounds)).map((row) => ({
    hour: Number(row.hour),
    first: Number(row.first),
    version: row.version,
    ruleSet: row.rule_set,
    model: row.model,
  }));
  const series = new Map([...hits].map(([detector, of]) => [detector, seriesOf(window, messages, of)]));
  const now = hoursFrom(window, 0).reduce((sum, hour) => sum + (messages.get(hour) ?? 0), 0);
  return { series, releases, messages: now };
}

interface HourRow {
  readonly hour: number | bigint;
  readonly hits: number | bigint;
}

interface DetectorRow extends HourRow {
  readonly detector: string;
}

interface ReleaseRow {
  readonly hour: number | bigint;
  readonly first: number | bigint;
  readonly version: string | null;
  readonly rule_set: string | null;
  readonly model: string | null;
}

/** Only the hours of day of the window: reading features costs most, and other hours of the past are not compared. */
const IN_BOUNDS = `"at" >= CAST($since AS TIMESTAMP) AND "at" < CAST($until AS TIMESTAMP)
  AND ((hour("at") - $first + 24) % 24) < $hours`;
const HOUR = `epoch_ms(date_trunc('hour', "at"))`;

const MESSAGES = `SELECT ${HOUR} AS hour, count(*) AS hits FROM decisions WHERE ${IN_BOUNDS} GROUP BY 1`;

const RULES = `SELECT detector, ${HOUR} AS hour, count(DISTINCT id) AS hits FROM findings
  WHERE detector LIKE 'rule:%' AND ${IN_BOUNDS} GROUP BY 1, 2`;

const FEATURES = `SELECT 'feature:' || feature AS detector, ${HOUR} AS hour, count(*) AS hits FROM feature_values
  WHERE value <> 0 AND ${IN_BOUNDS} GROUP BY 1, 2`;

const FAILURES = `SELECT 'failed:' || replace(what, 'evidence:', '') AS detector, ${HOUR} AS hour, count(DISTINCT id) AS hits
  FROM (SELECT id, "at", unnest(from_json(not_run_json, '[{"what":"VARCHAR"}]')).what AS what FROM decisions WHERE ${IN_BOUNDS})
  GROUP BY 1, 2`;

const RELEASES = `SELECT ${HOUR} AS hour, min(epoch_ms("at")) AS first, version, rule_set, model FROM decisions
  WHERE ${IN_BOUNDS} OR ("at" >= CAST($since AS TIMESTAMP) AND "at" < CAST($until AS TIMESTAMP)) GROUP BY 1, 3, 4, 5 ORDER BY 2`;

function seriesOf(
  window: Window,
  messages: ReadonlyMap<number, number>,
  hits: ReadonlyMap<number, number>,
): Series {
  const hours = (days: number): Hour[] =>
    hoursFrom(window, days * strideOf(window)).map((hour) => ({
      hour,
      messages: messages.get(hour) ?? 0,
      hits: hits.get(hour) ?? 0,
    }));
  return { now: hours(0), before: Array.from({ length: PAST_DAYS }, (_, i) => hours(i + 1)) };
}

/** Starts of the hours of the window, moved back. */
function hoursFrom({ since, until }: Window, back: number): number[] {
  const hours: number[] = [];
  for (let hour = floorHour(since.getTime()); hour < until.getTime(); hour += HOUR_MS)
    hours.push(hour - back);
  return hours;
}

/** First hour of day (UTC) of the window, and how many there are. */
function hoursOfDay(window: Window): { readonly first: number; readonly hours: number } {
  return { first: window.since.getUTCHours(), hours: Math.min(24, hoursFrom(window, 0).length) };
}

/** The least number of whole days that keeps the past out of the window. */
function strideOf({ since, until }: Window): number {
  return Math.max(1, Math.ceil((until.getTime() - floorHour(since.getTime())) / DAY_MS)) * DAY_MS;
}

function floorHour(time: number): number {
  return Math.floor(time / HOUR_MS) * HOUR_MS;
}

function stamp(date: Date): string {
  return date.toISOString().slice(0, -1);
}
