import { CATEGORIES, type VerdictCategory } from '../../detect/category.ts';
import { type MetricRow, measure } from '../../lab/data/metrics.ts';
import type { LedgerData } from '../../lab/data/open.ts';
import { type Interval, share } from '../../lab/evaluate/interval.ts';
import { CATEGORY_COUNTS, DAY_COUNTS, DOMAIN_COUNTS, TOTALS } from './queries.ts';

/** Labelled messages of one kind, and what became of them; shares with Wilson's 95 % limits, null where nothing was labelled. */
export interface Rates {
  readonly messages: number;
  readonly labelled: number;
  readonly caught: number;
  readonly missed: number;
  readonly wrong: number;
  /** Of what people call unwanted, what was tagged, held or refused. */
  readonly caughtShare: Interval | null;
  /** Of what people call unwanted, what was delivered. */
  readonly missedShare: Interval | null;
  /** Of what was tagged, held or refused and labelled, what people call legitimate. */
  readonly wrongShare: Interval | null;
}

export interface DetectorRates {
  readonly detector: string;
  readonly status: string;
  readonly hits: number;
  readonly labelled: number;
  readonly precision: Interval | null;
}

export interface DayRates {
  readonly day: string;
  readonly messages: number;
  readonly labelled: number;
  readonly wrong: number;
  readonly missed: number;
  readonly caught: number;
}

export interface Report {
  readonly totals: Rates & { readonly legitimate: number; readonly unwanted: number };
  readonly byCategory: readonly (Rates & { readonly category: VerdictCategory })[];
  readonly byDomain: readonly (Rates & { readonly domain: string })[];
  readonly byDetector: readonly DetectorRates[];
  /** Every day of the period, oldest first. */
  readonly byDay: readonly DayRates[];
  /** Messages by day and category that we gave; `none` is left out. */
  readonly categoriesByDay: readonly { readonly category: string; readonly counts: readonly number[] }[];
  readonly badLines: number;
}

interface CountRow {
  readonly name: string;
  readonly messages: number;
  readonly labelled: number;
  readonly caught: number;
  readonly missed: number;
  readonly wrong: number;
}

/** Caught, wrong and missed in an opened ledger, whatever of it is in scope. */
export async function reportOf(data: LedgerData, span: { since: Date; until: Date }): Promise<Report> {
  const [totals] = await data.query<CountRow & { legitimate: number; unwanted: number }>(TOTALS);
  const categories = await data.query<CountRow>(CATEGORY_COUNTS);
  const domains = await data.query<CountRow>(DOMAIN_COUNTS);
  const detectors = await measure(data, 'detector_precision');
  const days = daysOf(span);
  const errors = await measure(data, 'errors_by_day');
  const byDay = await data.query<{ day: string; category: string; messages: number }>(DAY_COUNTS);
  return {
    totals: {
      ...ratesOf(totals ?? NOTHING),
      legitimate: totals?.legitimate ?? 0,
      unwanted: totals?.unwanted ?? 0,
    },
    byCategory: CATEGORIES.map((category) => ({
      category,
      ...ratesOf(categories.find(({ name }) => name === category) ?? NOTHING),
    })),
    byDomain: domains.map((row) => ({ domain: row.name, ...ratesOf(row) })),
    byDetector: detectors.map(detectorOf),
    byDay: days.map((day) => dayOf(day, errors)),
    categoriesByDay: CATEGORIES.map((category) => ({
      category,
      counts: days.map(
        (day) => byDay.find((row) => row.day === day && row.category === category)?.messages ?? 0,
      ),
    })),
    badLines: data.badLines,
  };
}

const NOTHING = { messages: 0, labelled: 0, caught: 0, missed: 0, wrong: 0 };

function ratesOf({ messages, labelled, caught, missed, wrong }: Omit<CountRow, 'name'>): Rates {
  return {
    messages,
    labelled,
    caught,
    missed,
    wrong,
    caughtShare: share(caught, caught + missed),
    missedShare: share(missed, caught + missed),
    wrongShare: share(wrong, wrong + caught),
  };
}

function detectorOf(row: MetricRow): DetectorRates {
  const labelled = Number(row.labelled);
  return {
    detector: String(row.detector),
    status: String(row.status),
    hits: Number(row.hits),
    labelled,
    precision: share(Number(row.correct), labelled),
  };
}

function dayOf(day: string, rows: readonly MetricRow[]): DayRates {
  const row = rows.find((one) => one.day === day);
  const of = (name: string) => Number(row?.[name] ?? 0);
  return {
    day,
    messages: of('messages'),
    labelled: of('labelled'),
    wrong: of('false_positives'),
    missed: of('misses'),
    caught: of('unwanted') - of('misses'),
  };
}

/** The days (UTC) that a period touches. */
export function daysOf({ since, until }: { readonly since: Date; readonly until: Date }): string[] {
  const days: string[] = [];
  const last = until.toISOString().slice(0, 10);
  for (let at = Date.parse(since.toISOString().slice(0, 10)); ; at += 86_400_000) {
    const day = new Date(at).toISOString().slice(0, 10);
    if (day > last) return days;
    days.push(day);
  }
}
