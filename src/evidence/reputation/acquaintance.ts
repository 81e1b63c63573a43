import type { FootprintFacts } from '../footprint.ts';
import type { Standings } from './relation.ts';
import { goodOf } from './standing.ts';

/** Whom a message may pose as: people and organisations that we know under another address. */
export interface AcquaintanceFacts {
  /** The display name is that of a person who writes from other addresses, and never wrote from this one. */
  readonly nameKnownElsewhere: boolean;
  /** Good messages under this display name; decayed. */
  readonly nameMessages: number;
  /** The domain looks like that of somebody we know, and is not. */
  readonly domainResemblesKnown: boolean;
  /** Good messages of the organisation with bank details. */
  readonly accountMessages: number;
  /** The message names bank details that this organisation never gave, and it gave others. */
  readonly newAccount: boolean;
}

/** Once or twice may be chance, or the attack before this one. */
const KNOWN_MESSAGES = 3;
/** One message with bank details makes them known: they are rare. */
const KNOWN_ACCOUNTS = 1;
/** Decay takes from a whole message within days; half of one is still one that was. */
const SOME = 0.25;

export function acquaintanceOf(footprint: FootprintFacts, standings: Standings): AcquaintanceFacts {
  const good = (key: FootprintFacts['name']) => (key === null ? 0 : goodOf(standings.get(key)));
  const nameMessages = good(footprint.name);
  const accountMessages = good(footprint.accountOwner);
  return {
    nameKnownElsewhere: nameMessages >= KNOWN_MESSAGES && good(footprint.nameAddress) === 0,
    nameMessages,
    domainResemblesKnown: good(footprint.skeleton) >= KNOWN_MESSAGES && good(footprint.skeletonOwner) === 0,
    accountMessages,
    newAccount: accountMessages >= KNOWN_ACCOUNTS * SOME && footprint.accounts.some((key) => good(key) === 0),
  };
}
