import type { ReputationKey } from '../../reputation/key.ts';
import type { Standing } from '../../reputation/reputation.ts';
import type { FootprintFacts } from '../footprint.ts';
import { goodOf } from './standing.ts';

/** What the memory answered: one standing per key that is known. */
export type Standings = ReadonlyMap<ReputationKey, Standing>;

/** Who has written to whom before. */
export interface RelationFacts {
  /** No recipient ever got a good message from this authenticated address. True of everybody who is not authenticated. */
  readonly firstContact: boolean;
  /** The same for the organisations of both. */
  readonly firstContactDomain: boolean;
  /** Good messages of this address to its closest recipient; decayed. */
  readonly pairMessages: number;
  /** Every recipient wrote to this address before. */
  readonly solicited: boolean;
  /** Somebody of ours wrote to this address. */
  readonly solicitedByAnyone: boolean;
  /** Somebody of ours wrote to its organisation; never of providers of free mail. */
  readonly solicitedDomain: boolean;
}

export function relationOf(footprint: FootprintFacts, standings: Standings): RelationFacts {
  const pairs = footprint.pairs.map((key) => goodOf(standings.get(key)));
  const domains = footprint.domainPairs.map((key) => goodOf(standings.get(key)));
  const vouched = footprint.authenticatedAddress !== null;
  const wrote = (key: ReputationKey | null) => key !== null && (standings.get(key)?.outbound ?? 0) > 0;
  return {
    firstContact: !pairs.some((good) => good > 0),
    firstContactDomain: !domains.some((good) => good > 0),
    pairMessages: Math.max(0, ...pairs),
    // What we wrote earns trust for the address, so only for who can show that it is theirs.
    solicited: vouched && footprint.wrotePairs.length > 0 && footprint.wrotePairs.every(wrote),
    solicitedByAnyone: vouched && wrote(footprint.wrote),
    solicitedDomain: vouched && wrote(footprint.wroteDomain),
  };
}
