import type { ReputationKey } from '../../reputation/key.ts';
import type { Standing } from '../../reputation/reputation.ts';
import type { FootprintFacts } from '../footprint.ts';
import type { Standings } from './relation.ts';
import { goodOf, isApproved } from './standing.ts';

/** What is new about a sender whom we know well: his account may be in other hands. */
export interface HabitFacts {
  /** An authenticated address with enough good messages over enough time to know how it writes. All below is false without. */
  readonly established: boolean;
  readonly newNetwork: boolean;
  /** Only where the configuration gives a table of networks. */
  readonly newCountry: boolean;
  readonly newMailer: boolean;
  /** Replies are to go to an address that they never went to. */
  readonly newReplyTo: boolean;
  /** Hardly ever wrote in these hours of the day. */
  readonly unusualHour: boolean;
}

/** Who writes every other week has more at any time (half-life of 30 days); fewer messages show no habits. */
const ESTABLISHED_MESSAGES = 2;
/** Nor do those of a few days: whoever prepares an attack sends many at once. */
const ESTABLISHED_DAYS = 14;
/** Whoever took an account over sends more than one message from his place: one does not make it a habit on that day. */
const HABIT_SETTLES_DAYS = 1;
const DAY_MS = 86_400_000;
/** Hours are a habit of people who wrote often. */
const HOUR_MESSAGES = 20;
const RARE_HOUR = 0.02;

export function habitsOf(footprint: FootprintFacts, standings: Standings, at: Date): HabitFacts {
  const { authenticatedAddress, route, country, mailer, replyTo, hour } = footprint;
  const sender = authenticatedAddress === null ? undefined : standings.get(authenticatedAddress);
  const good = goodOf(sender);
  const established =
    sender !== undefined &&
    good >= ESTABLISHED_MESSAGES &&
    at.getTime() - sender.firstSeen >= ESTABLISHED_DAYS * DAY_MS;
  const isNew = (key: ReputationKey | null) =>
    established && key !== null && !isHabit(standings.get(key), at);
  return {
    established,
    newNetwork: isNew(route),
    // A table given only now knows countries of senders whose networks are old.
    newCountry: isNew(country) && isNew(route),
    newMailer: isNew(mailer),
    newReplyTo: isNew(replyTo),
    unusualHour:
      established && hour !== null && good >= HOUR_MESSAGES && goodOf(standings.get(hour)) < RARE_HOUR * good,
  };
}

function isHabit(standing: Standing | undefined, at: Date): boolean {
  if (standing === undefined || goodOf(standing) === 0) return false;
  return isApproved(standing) || at.getTime() - standing.firstSeen >= HABIT_SETTLES_DAYS * DAY_MS;
}
