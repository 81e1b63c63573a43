import type { ReputationKey } from '../../reputation/key.ts';
import type { FootprintFacts } from '../footprint.ts';
import type { Standings } from './relation.ts';
import { goodOf } from './standing.ts';

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

/** Fewer messages show no habits. */
const ESTABLISHED_MESSAGES = 5;
/** Nor do those of a few days: whoever prepares an attack sends many at once. */
const ESTABLISHED_DAYS = 14;
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
    established && key !== null && goodOf(standings.get(key)) === 0;
  return {
    established,
    newNetwork: isNew(route),
    newCountry: isNew(country),
    newMailer: isNew(mailer),
    newReplyTo: isNew(replyTo),
    unusualHour:
      established && hour !== null && good >= HOUR_MESSAGES && goodOf(standings.get(hour)) < RARE_HOUR * good,
  };
}
