import type { ReputationKey } from '../../reputation/key.ts';
import type { Standing } from '../../reputation/reputation.ts';
import type { FootprintFacts } from '../footprint.ts';
import type { Standings } from './relation.ts';
import { goodOf, isApproved } from './standing.ts';

/**
 * Whom a message may pose as: people and organisations that we know under another name. Nobody gets rid of these by harmless mail
 * first: only whoever came first, whom we wrote to, or whose mail people called wanted, is who he seems to be.
 */
export interface AcquaintanceFacts {
  /** The display name is that of a person who wrote from other addresses before. */
  readonly nameKnownElsewhere: boolean;
  /** Good messages under this display name; decayed. */
  readonly nameMessages: number;
  /** The domain is spelt to look like that of somebody we know, and is not. */
  readonly domainResemblesKnown: boolean;
  /** Somebody we know has a domain of the same name with another ending. */
  readonly domainOtherEnding: boolean;
  /** Good messages of the organisation with bank details. */
  readonly accountMessages: number;
  /** The message names bank details that this organisation did not give before, and it gave others. */
  readonly newAccount: boolean;
}

/** Who writes once a month still counts as one message just before the next (half-life of 30 days), */
const KNOWN_MESSAGES = 0.9;
/** and a single one no longer does after these days: once may be chance, or the attack before this one. */
const KNOWN_DAYS = 7;
/** Bank details are rare: one message makes them known, until a decay of two half-lives (60 days at the default). */
const KNOWN_ACCOUNTS = 0.25;
/** So long the reminders go on after a mail that announces a fraud's account. */
const ACCOUNT_SETTLES_DAYS = 14;
const DAY_MS = 86_400_000;

export function acquaintanceOf(footprint: FootprintFacts, standings: Standings, at: Date): AcquaintanceFacts {
  const of = (key: ReputationKey | null) => (key === null ? undefined : standings.get(key));
  const sent = (key: ReputationKey | null) => of(key)?.outbound ?? 0;
  const vouched = footprint.authenticatedAddress !== null;
  const trusted = vouched && sent(footprint.wrote) > 0;
  const domainTrusted = vouched && sent(footprint.wroteDomain) > 0;
  const [looks, spelt, own] = [
    of(footprint.skeleton),
    of(footprint.skeletonSpelling),
    of(footprint.skeletonOwner),
  ];
  return {
    nameKnownElsewhere: !trusted && poses(of(footprint.nameAddress), of(footprint.name), at),
    nameMessages: goodOf(of(footprint.name)),
    domainResemblesKnown: !domainTrusted && !isApproved(own) && poses(spelt, looks, at),
    domainOtherEnding: !domainTrusted && poses(own, spelt, at),
    accountMessages: goodOf(of(footprint.accountOwner)),
    newAccount: footprint.accounts.some((key) =>
      isNewAccount(standings.get(key), of(footprint.accountOwner), at),
    ),
  };
}

/** Others were known by what this one shows before he was. */
function poses(one: Standing | undefined, all: Standing | undefined, at: Date): boolean {
  if (all === undefined || goodOf(all) - goodOf(one) < KNOWN_MESSAGES || isApproved(one)) return false;
  if (at.getTime() - all.firstSeen < KNOWN_DAYS * DAY_MS) return false;
  return one === undefined || one.firstSeen > all.firstSeen;
}

function isNewAccount(account: Standing | undefined, owner: Standing | undefined, at: Date): boolean {
  if (owner === undefined || goodOf(owner) - goodOf(account) < KNOWN_ACCOUNTS) return false;
  if (goodOf(account) === 0 || account === undefined) return true;
  const settled = at.getTime() - account.firstSeen >= ACCOUNT_SETTLES_DAYS * DAY_MS;
  return account.firstSeen > owner.firstSeen && !settled && !isApproved(account);
}
