import type { Observation, Standing } from './reputation.ts';

/**
 * Forward decay (Cormode, Shkapenyuk, Srivastava, Xu: "Forward Decay: A Practical Time Decay Model for Streaming
 * Systems", ICDE 2009). With half-life H and a landmark L, an event at time t is stored with the weight
 * g(t) = 2^((t − L) / H), and a count at time T is (sum of the stored weights) / g(T) = Σ 2^(−(T − t) / H).
 * The sum does not depend on T, so counts are added whenever and wherever they come: in any order, by any process.
 *
 * g grows without bound, so the landmark moves: it is the start of an era of ERA_HALF_LIVES half-lives, counted from the
 * epoch. Everybody with the same half-life has the same landmarks, and going from one era to the next multiplies by
 * 2^−64, which is exact in floating point.
 */
export const ERA_HALF_LIVES = 64;

/** After this many half-lives an event weighs 1/4096: nothing that a score could notice, so the name may go, too. */
export const FORGET_HALF_LIVES = 12;

/** Counts that last for weeks. */
export const LASTING = ['messages', 'held', 'refused', 'reportedBad', 'reportedGood', 'outbound'] as const;

type Lasting = Readonly<Record<(typeof LASTING)[number], number>>;

/** What the store keeps of one key: sums of g(t) for the landmark of their era. Times in milliseconds. */
export interface Counters extends Lasting {
  readonly era: number;
  readonly firstSeen: number;
  readonly lastSeen: number;
  /** Era of `recent`, which has a half-life of its own. */
  readonly burstEra: number;
  readonly recent: number;
}

/** In milliseconds. */
export interface HalfLives {
  readonly lastingMs: number;
  /** Of `recent`. */
  readonly burstMs: number;
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

export function halfLivesOf(settings: {
  readonly halfLifeDays: number;
  readonly burstHalfLifeMinutes: number;
}): HalfLives {
  return {
    lastingMs: settings.halfLifeDays * DAY_MS,
    burstMs: settings.burstHalfLifeMinutes * MINUTE_MS,
  };
}

/**
 * The counters of one observation alone; `merge` adds them to what is known. Null where it counts for nothing: a message
 * that was deferred will come again and be counted then, and a time that is no time has no weight.
 */
export function countersOf(observation: Observation, halfLives: HalfLives): Counters | null {
  const at = observation.at.getTime();
  if (!Number.isFinite(at)) return null;
  if (observation.kind === 'decision' && observation.verdict === 'defer') return null;
  const times = observation.kind === 'feedback' ? (observation.weight ?? 1) : 1;
  if (times === 0) return null;
  const era = eraOf(at, halfLives.lastingMs);
  const burstEra = eraOf(at, halfLives.burstMs);
  const weight = times * weightOf(at, era, halfLives.lastingMs);
  const recipients = observation.kind === 'decision' ? observation.recipients : 0;
  const counted = countedAs(observation);
  return {
    era,
    firstSeen: at,
    lastSeen: at,
    messages: counted.has('messages') ? weight : 0,
    held: counted.has('held') ? weight : 0,
    refused: counted.has('refused') ? weight : 0,
    reportedBad: counted.has('reportedBad') ? weight : 0,
    reportedGood: counted.has('reportedGood') ? weight : 0,
    outbound: counted.has('outbound') ? weight : 0,
    burstEra,
    recent: recipients * weightOf(at, burstEra, halfLives.burstMs),
  };
}

function countedAs(observation: Observation): ReadonlySet<keyof Lasting> {
  switch (observation.kind) {
    case 'outbound':
      return new Set(['outbound']);
    case 'feedback':
      return new Set([observation.bad ? 'reportedBad' : 'reportedGood']);
    case 'decision':
      if (observation.verdict === 'quarantine') return new Set(['messages', 'held']);
      return new Set(observation.verdict === 'reject' ? ['messages', 'refused'] : ['messages']);
  }
}

/** Sum of two counters: commutative and associative (up to rounding in the last digits). */
export function merge(a: Counters, b: Counters): Counters {
  const era = Math.max(a.era, b.era);
  const ofA = 2 ** ((a.era - era) * ERA_HALF_LIVES);
  const ofB = 2 ** ((b.era - era) * ERA_HALF_LIVES);
  const burstEra = Math.max(a.burstEra, b.burstEra);
  const recentOf = (one: Counters) => one.recent * 2 ** ((one.burstEra - burstEra) * ERA_HALF_LIVES);
  return {
    era,
    firstSeen: Math.min(a.firstSeen, b.firstSeen),
    lastSeen: Math.max(a.lastSeen, b.lastSeen),
    messages: a.messages * ofA + b.messages * ofB,
    held: a.held * ofA + b.held * ofB,
    refused: a.refused * ofA + b.refused * ofB,
    reportedBad: a.reportedBad * ofA + b.reportedBad * ofB,
    reportedGood: a.reportedGood * ofA + b.reportedGood * ofB,
    outbound: a.outbound * ofA + b.outbound * ofB,
    burstEra,
    recent: recentOf(a) + recentOf(b),
  };
}

/** Whether it was seen once, and nobody said or did anything about it: where there is too much, it goes first. */
export function saysLittle(counters: Counters): boolean {
  const { firstSeen, lastSeen, outbound, reportedBad, reportedGood } = counters;
  return firstSeen === lastSeen && outbound === 0 && reportedBad === 0 && reportedGood === 0;
}

/** Counts decayed to `at`. A moment before the last observation counts as that one: a clock set back must not inflate. */
export function standingOf(counters: Counters, at: Date, halfLives: HalfLives): Standing {
  const moment = Math.max(at.getTime(), counters.lastSeen);
  const factor = 1 / weightOf(moment, counters.era, halfLives.lastingMs);
  return {
    firstSeen: counters.firstSeen,
    lastSeen: counters.lastSeen,
    messages: counters.messages * factor,
    held: counters.held * factor,
    refused: counters.refused * factor,
    // What was taken back may outlast what was said, where that was forgotten meanwhile, and the last digits are rounded.
    reportedBad: Math.max(0, counters.reportedBad * factor),
    reportedGood: Math.max(0, counters.reportedGood * factor),
    outbound: counters.outbound * factor,
    recent: counters.recent / weightOf(moment, counters.burstEra, halfLives.burstMs),
  };
}

/** The same counts, at the moment of the last observation, under other half-lives. */
export function withHalfLives(counters: Counters, from: HalfLives, to: HalfLives): Counters {
  const at = counters.lastSeen;
  const now = standingOf(counters, new Date(at), from);
  const era = eraOf(at, to.lastingMs);
  const burstEra = eraOf(at, to.burstMs);
  const weight = weightOf(at, era, to.lastingMs);
  return {
    era,
    firstSeen: counters.firstSeen,
    lastSeen: counters.lastSeen,
    messages: now.messages * weight,
    held: now.held * weight,
    refused: now.refused * weight,
    reportedBad: now.reportedBad * weight,
    reportedGood: now.reportedGood * weight,
    outbound: now.outbound * weight,
    burstEra,
    recent: now.recent * weightOf(at, burstEra, to.burstMs),
  };
}

function eraOf(at: number, halfLifeMs: number): number {
  return Math.floor(at / (halfLifeMs * ERA_HALF_LIVES));
}

/** g(at) for the landmark of `era`; Infinity when it lies more than 1,024 half-lives back, which makes a standing of zero. */
function weightOf(at: number, era: number, halfLifeMs: number): number {
  return 2 ** (at / halfLifeMs - era * ERA_HALF_LIVES);
}
