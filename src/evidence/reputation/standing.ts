import type { Standing } from '../../reputation/reputation.ts';

/** What we remember of one key at the moment of the message; decayed counts (half-life in the configuration). */
export interface StandingFacts {
  readonly messages: number;
  /** Share of the messages that were held, refused or reported, 0 to 1. */
  readonly badShare: number;
  /** Days since first seen; 0 for a key never seen. */
  readonly ageDays: number;
  readonly known: boolean;
}

const DAY_MS = 86_400_000;

export const NEVER_SEEN: StandingFacts = { messages: 0, badShare: 0, ageDays: 0, known: false };

export function standingFacts(standing: Standing | undefined, at: Date): StandingFacts {
  if (standing === undefined) return NEVER_SEEN;
  const { messages, firstSeen } = standing;
  const bad = badOf(standing);
  const seen = Math.max(messages, bad);
  return {
    messages,
    badShare: seen === 0 ? 0 : bad / seen,
    ageDays: Math.max(0, (at.getTime() - firstSeen) / DAY_MS),
    known: messages > 0,
  };
}

/** Sums of floating point that should cancel leave this much of themselves at most. */
const ROUNDING = 1e-9;

/** Messages that nothing was said against. */
export function goodOf(standing: Standing | undefined): number {
  if (standing === undefined) return 0;
  const good = standing.messages - badOf(standing);
  return good > ROUNDING * standing.messages ? good : 0;
}

/** People said "wanted" more often than "unwanted". */
export function isApproved(standing: Standing | undefined): boolean {
  return standing !== undefined && standing.reportedGood > standing.reportedBad;
}

/** A release or a report says what a verdict meant: each report of good takes one bad away. */
function badOf({ held, refused, reportedBad, reportedGood }: Standing): number {
  return Math.max(0, held + refused + reportedBad - reportedGood);
}
