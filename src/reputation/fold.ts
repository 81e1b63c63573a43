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
const ERA_HALF_LIVES = 64;

/** What the store keeps of one key. Counts are sums of g(t) for the landmark of `era`. Times in milliseconds. */
export interface Counters {
  readonly era: number;
  readonly firstSeen: number;
  readonly lastSeen: number;
  readonly messages: number;
  readonly held: number;
  readonly refused: number;
  readonly reportedBad: number;
  readonly reportedGood: number;
}

/**
 * The counters of one observation alone; `merge` adds them to what is known. Null where it counts for nothing: a message
 * that was deferred will come again and be counted then, and a time that is no time has no weight.
 */
export function countersOf(observation: Observation, halfLifeMs: number): Counters | null {
  const at = observation.at.getTime();
  if (!Number.isFinite(at)) return null;
  if (observation.kind === 'decision' && observation.verdict === 'defer') return null;
  const era = Math.floor(at / (halfLifeMs * ERA_HALF_LIVES));
  const weight = 2 ** halfLivesSince(era, at, halfLifeMs);
  const decided = observation.kind === 'decision' ? observation.verdict : null;
  const reported = observation.kind === 'feedback' ? (observation.bad ? 'bad' : 'good') : null;
  return {
    era,
    firstSeen: at,
    lastSeen: at,
    messages: decided === null ? 0 : weight,
    held: decided === 'quarantine' ? weight : 0,
    refused: decided === 'reject' ? weight : 0,
    reportedBad: reported === 'bad' ? weight : 0,
    reportedGood: reported === 'good' ? weight : 0,
  };
}

/** Sum of two counters: commutative and associative (up to rounding in the last digits). */
export function merge(a: Counters, b: Counters): Counters {
  const era = Math.max(a.era, b.era);
  const ofA = 2 ** ((a.era - era) * ERA_HALF_LIVES);
  const ofB = 2 ** ((b.era - era) * ERA_HALF_LIVES);
  return {
    era,
    firstSeen: Math.min(a.firstSeen, b.firstSeen),
    lastSeen: Math.max(a.lastSeen, b.lastSeen),
    messages: a.messages * ofA + b.messages * ofB,
    held: a.held * ofA + b.held * ofB,
    refused: a.refused * ofA + b.refused * ofB,
    reportedBad: a.reportedBad * ofA + b.reportedBad * ofB,
    reportedGood: a.reportedGood * ofA + b.reportedGood * ofB,
  };
}

/** Counts decayed to `at`. A moment before the last observation counts as that one: a clock set back must not inflate. */
export function standingOf(counters: Counters, at: Date, halfLifeMs: number): Standing {
  const moment = Math.max(at.getTime(), counters.lastSeen);
  const factor = 2 ** -halfLivesSince(counters.era, moment, halfLifeMs);
  return {
    firstSeen: counters.firstSeen,
    lastSeen: counters.lastSeen,
    messages: counters.messages * factor,
    held: counters.held * factor,
    refused: counters.refused * factor,
    reportedBad: counters.reportedBad * factor,
    reportedGood: counters.reportedGood * factor,
  };
}

/** The same counts, at the moment of the last observation, under another half-life. */
export function withHalfLife(counters: Counters, fromMs: number, toMs: number): Counters {
  const now = standingOf(counters, new Date(counters.lastSeen), fromMs);
  const era = Math.floor(counters.lastSeen / (toMs * ERA_HALF_LIVES));
  const weight = 2 ** halfLivesSince(era, counters.lastSeen, toMs);
  return {
    era,
    firstSeen: counters.firstSeen,
    lastSeen: counters.lastSeen,
    messages: now.messages * weight,
    held: now.held * weight,
    refused: now.refused * weight,
    reportedBad: now.reportedBad * weight,
    reportedGood: now.reportedGood * weight,
  };
}

function halfLivesSince(era: number, at: number, halfLifeMs: number): number {
  return at / halfLifeMs - era * ERA_HALF_LIVES;
}
