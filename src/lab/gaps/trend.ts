import type { Specimen } from './specimen.ts';

/** When the messages of a group came. */
export interface Trend {
  /** Days (UTC) from the first to the last, none left out. Messages without a time are in none. */
  readonly perDay: readonly { readonly day: string; readonly messages: number }[];
  /** Least-squares slope: messages a day, a day. 0 where there are fewer than three days. */
  readonly slope: number;
  readonly direction: 'growing' | 'falling' | 'steady' | 'too short to say';
}

const DAY_MS = 86_400_000;
/** Fewer days are no trend. */
const LEAST_DAYS = 3;
/** Change over the whole time, in means: less is noise of a day's count. */
const LEAST_CHANGE = 0.5;
/** A wrong clock must not make a list of a million days. */
export const MOST_DAYS = 400;

/** Counts by day, the last MOST_DAYS of them, and where they go. */
export function trendOf(members: readonly Pick<Specimen, 'at'>[]): Trend {
  const days = members.flatMap(({ at }) => (at === null ? [] : [Math.floor(Date.parse(at) / DAY_MS)]));
  if (days.length === 0) return { perDay: [], slope: 0, direction: 'too short to say' };
  const last = days.reduce((most, day) => Math.max(most, day));
  const first = Math.max(
    days.reduce((least, day) => Math.min(least, day)),
    last - MOST_DAYS + 1,
  );
  const counts = new Array<number>(last - first + 1).fill(0);
  for (const day of days) if (day >= first) counts[day - first] = (counts[day - first] ?? 0) + 1;
  const perDay = counts.map((messages, i) => ({ day: dayName(first + i), messages }));
  if (counts.length < LEAST_DAYS) return { perDay, slope: 0, direction: 'too short to say' };
  const slope = slopeOf(counts);
  const change = (slope * counts.length) / (days.length / counts.length);
  return {
    perDay,
    slope,
    direction: Math.abs(change) < LEAST_CHANGE ? 'steady' : change > 0 ? 'growing' : 'falling',
  };
}

function slopeOf(counts: readonly number[]): number {
  const middle = (counts.length - 1) / 2;
  const mean = counts.reduce((sum, one) => sum + one, 0) / counts.length;
  const above = counts.reduce((sum, one, i) => sum + (i - middle) * (one - mean), 0);
  return above / counts.reduce((sum, _, i) => sum + (i - middle) ** 2, 0);
}

function dayName(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}
