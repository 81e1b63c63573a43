import { FEATURES } from '../../detect/features/schema.ts';
import type { BadLine } from '../../ledger/reader.ts';
import { type LedgerData, openLedgerData } from '../data/open.ts';
import { type Change, changeOf, isAlarm } from './change.ts';
import { countDetectors, type Release, type Window } from './counts.ts';
import { type Drift, driftOf } from './drift.ts';
import { type Precision, precisionOf } from './precision.ts';

/** Hours that are looked at where nobody says how many: long enough for a count, short enough to be news. */
export const DEFAULT_HOURS = 6;

/** Drift is slow, and a day evens out its hours. */
const DRIFT_MS = 86_400_000;

/** Feedback on older mail says how a rule was, not how it is. */
export const PRECISION_DAYS = 90;

export interface HealthOptions extends Window {
  readonly ledger: string;
  /** Folder of compacted days; left out reads the ledger alone. */
  readonly parquet?: string;
  readonly onBadLine?: (bad: BadLine) => void;
  /** Is given the open ledger after the report is made. */
  readonly alsoWith?: (data: LedgerData) => Promise<void>;
}

export interface DetectorChange extends Change {
  /** `rule:<id>`, `feature:<name>`, `failed:<source>`. */
  readonly detector: string;
  readonly alarm: boolean;
}

/** What changed hands within an hour of a change. */
export interface ReleaseChange {
  readonly what: 'version' | 'ruleSet' | 'model';
  readonly before: string | null;
  readonly after: string | null;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export interface Alarm extends DetectorChange {
  readonly causes: readonly ReleaseChange[];
}

export interface Health {
  readonly since: Date;
  readonly until: Date;
  readonly messages: number;
  /** Detectors with a past to compare with. */
  readonly compared: number;
  /** Detectors of which there is too little past. */
  readonly unknown: number;
  /** Least likely first. */
  readonly alarms: readonly Alarm[];
  readonly detectors: readonly DetectorChange[];
  readonly precision: readonly Precision[];
  /** Null where the ledger is too young or too small. */
  readonly drift: Drift | null;
}

const GROUPS: ReadonlyMap<string, string> = new Map(FEATURES.map(({ name, group }) => [name, group]));

/** Looks for sudden changes of detectors, their precision by feedback, and drift. Throws what the ledger or DuckDB throw. */
export async function healthOf(options: HealthOptions): Promise<Health> {
  const { since, until, ledger, parquet, onBadLine } = options;
  const data = await openLedgerData({
    ledger,
    ...(parquet === undefined ? {} : { parquet }),
    ...(onBadLine === undefined ? {} : { onBadLine }),
  });
  try {
    const counts = await countDetectors(data, { since, until });
    const all = [...counts.series].map(([detector, series]) => ({ detector, change: changeOf(series) }));
    const known = all.flatMap(({ detector, change }) => (change === null ? [] : [{ detector, ...change }]));
    const detectors = known
      .map((one) => ({ ...one, alarm: isAlarm(one, known.length) }))
      .sort((a, b) => a.chance - b.chance || (a.detector < b.detector ? -1 : 1));
    const alarms = detectors
      .filter(({ alarm }) => alarm)
      .map((one) => ({ ...one, causes: causesOf(one.since, counts.releases) }));
    const precision = await precisionOf(data, daysBefore(until, PRECISION_DAYS));
    const drift = await driftOf(data, { since: new Date(until.getTime() - DRIFT_MS), until }, GROUPS);
    const unknown = all.length - known.length;
    const { messages } = counts;
    await options.alsoWith?.(data);
    return { since, until, messages, compared: known.length, unknown, alarms, detectors, precision, drift };
  } finally {
    await data.close();
  }
}

function daysBefore(date: Date, days: number): Date {
  return new Date(date.getTime() - days * 86_400_000);
}

const HOUR_MS = 3_600_000;

/** What was replaced from the hour before the change to the end of its first hour. */
export function causesOf(since: number, releases: readonly Release[]): ReleaseChange[] {
  const causes: ReleaseChange[] = [];
  for (const what of ['version', 'ruleSet', 'model'] as const) {
    let before: string | null | undefined;
    for (const release of releases) {
      if (release.first >= since + HOUR_MS) break;
      const after = release[what];
      if (before !== undefined && before !== after && release.first >= since - HOUR_MS)
        causes.push({ what, before, after, at: release.first });
      before = after;
    }
  }
  return causes;
}
