import { chanceOfChange } from './chance.ts';

/** In a thousand reports on mail that did not change, one names a detector all the same, however many detectors there are. */
export const FALSE_ALARM_RATE = 0.001;

/** A detector that fires less than so many times as often, or as seldom, is not worth a person's time. */
export const LEAST_FACTOR = 2;

/** Fewer days do not tell how much a rate varies from day to day. */
export const LEAST_PAST_DAYS = 3;

/** Hits of a detector in one hour, of all messages of that hour. */
export interface Hour {
  /** Start, milliseconds since the epoch. */
  readonly hour: number;
  readonly messages: number;
  readonly hits: number;
}

/** A detector's hours of now, and the same hours of days before, a list a day. */
export interface Series {
  readonly now: readonly Hour[];
  readonly before: readonly (readonly Hour[])[];
}

export interface Change {
  readonly now: { readonly hits: number; readonly messages: number };
  readonly before: { readonly hits: number; readonly messages: number; readonly days: number };
  /** Rate now over rate before; null where it never fired before. */
  readonly factor: number | null;
  /** Probability of as great a difference by luck. */
  readonly chance: number;
  /** Variance of the daily counts over that of a Poisson count, 1 at least. */
  readonly dispersion: number;
  /** Start of the hour from which on the rate is another one; milliseconds since the epoch. */
  readonly since: number;
}

/** How the rate of now differs from that of the same hours of the days before; null where there are too few of them, or no hits at all. */
export function changeOf({ now, before }: Series): Change | null {
  const days = before.map(totalOf).filter(({ messages }) => messages > 0);
  const current = totalOf(now);
  if (days.length < LEAST_PAST_DAYS || current.messages === 0) return null;
  const past = totalOf(days);
  if (past.hits + current.hits === 0) return null;
  const dispersion = dispersionOf(days, past);
  const rate = past.hits / past.messages;
  return {
    now: current,
    before: { ...past, days: days.length },
    factor: rate === 0 ? null : current.hits / current.messages / rate,
    chance: chanceOfChange(
      current.hits / dispersion,
      current.messages,
      past.hits / dispersion,
      past.messages,
    ),
    dispersion,
    since: startOfChange(now, rate),
  };
}

/** Whether a change is an alarm where so many detectors are looked at: Bonferroni's correction, which holds whatever depends on what. */
export function isAlarm(change: Change, detectors: number): boolean {
  const { factor, chance } = change;
  const isGreat = factor === null || factor >= LEAST_FACTOR || factor <= 1 / LEAST_FACTOR;
  return isGreat && chance * Math.max(1, detectors) < FALSE_ALARM_RATE;
}

interface Total {
  readonly hits: number;
  readonly messages: number;
}

function totalOf(hours: readonly Total[]): Total {
  return hours.reduce(
    (sum, { hits, messages }) => ({ hits: sum.hits + hits, messages: sum.messages + messages }),
    { hits: 0, messages: 0 },
  );
}

/**
 * Mail comes in campaigns, so counts vary more than Poisson's. Pearson's statistic over its degrees of freedom (McCullagh and Nelder,
 * Generalized Linear Models, 1989, section 6.2) says how much more; a past with bad days makes alarms rarer.
 */
function dispersionOf(days: readonly Total[], past: Total): number {
  const rate = past.hits / past.messages;
  if (rate === 0) return 1;
  const pearson = days.reduce((sum, { hits, messages }) => {
    const expected = rate * messages;
    return sum + (hits - expected) ** 2 / expected;
  }, 0);
  return Math.max(1, pearson / (days.length - 1));
}

/** The hour from which on the other rate fits best: the greatest likelihood ratio of a Poisson count over the rate before. */
function startOfChange(now: readonly Hour[], rate: number): number {
  let best = { since: now[0]?.hour ?? 0, gain: Number.NEGATIVE_INFINITY };
  for (const [at, { hour }] of now.entries()) {
    const { hits, messages } = totalOf(now.slice(at));
    // A rate of zero has no likelihood ratio; half a hit stands for "never seen".
    const expected = Math.max(rate * messages, 0.5);
    const gain = (hits === 0 ? 0 : hits * Math.log(hits / expected)) - (hits - expected);
    if (gain > best.gain) best = { since: hour, gain };
  }
  return best.since;
}
