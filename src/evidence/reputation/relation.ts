import type { ReputationKey } from '../../reputation/key.ts';
import type { Standing } from '../../reputation/reputation.ts';
import type { FootprintFacts } from '../footprint.ts';
import { goodOf, isApproved } from './standing.ts';

/** What the memory answered: one standing per key that is known. */
export type Standings = ReadonlyMap<ReputationKey, Standing>;

/**
 * Who has written to whom before. What somebody sends us makes him known, not trusted: what speaks for a sender is what we wrote to
 * him and what people said of his mail, and only where somebody vouches that it is he.
 */
export interface RelationFacts {
  /** No recipient ever got a good message from this authenticated address. True of everybody who is not authenticated. */
  readonly firstContact: boolean;
  /** The same for the organisations of both; for an address at a provider of free mail, of the address. */
  readonly firstContactDomain: boolean;
  /** Good messages of this address to its closest recipient; decayed. */
  readonly pairMessages: number;
  /** Every recipient wrote to this address before. */
  readonly solicited: boolean;
  /** Somebody of ours wrote to this address. */
  readonly solicitedByAnyone: boolean;
  /** Somebody of ours wrote to its organisation; never of providers of free mail. */
  readonly solicitedDomain: boolean;
  /** Messages that we wrote to this address; decayed. */
  readonly writtenMessages: number;
  /** People said of more of its mail that it was wanted than that it was not. */
  readonly approved: boolean;
  /** We know whom the recipients' organisations write to, and nobody there ever wrote to this address or its organisation, which is another. */
  readonly unsolicited: boolean;
}

/** Fewer messages of ours may be a trial of the listener that learns them. */
const HOME_MESSAGES = 5;

export function relationOf(footprint: FootprintFacts, standings: Standings): RelationFacts {
  const { pairs, domainPairs, wrotePairs, wrote, wroteDomain, homes } = footprint;
  const vouched = footprint.authenticatedAddress !== null;
  const sent = (key: ReputationKey | null) => (key === null ? 0 : (standings.get(key)?.outbound ?? 0));
  const goodAmong = (keys: readonly ReputationKey[]) =>
    Math.max(0, ...keys.map((key) => goodOf(standings.get(key))));
  const firstContact = goodAmong(pairs) === 0;
  const solicitedByAnyone = vouched && sent(wrote) > 0;
  const solicitedDomain = vouched && sent(wroteDomain) > 0;
  const approved =
    footprint.authenticatedAddress !== null && isApproved(standings.get(footprint.authenticatedAddress));
  return {
    firstContact,
    firstContactDomain: wroteDomain === null ? firstContact : goodAmong(domainPairs) === 0,
    pairMessages: goodAmong(pairs),
    solicited: vouched && wrotePairs.length > 0 && wrotePairs.every((key) => sent(key) > 0),
    solicitedByAnyone,
    solicitedDomain,
    writtenMessages: vouched ? sent(wrote) : 0,
    approved,
    unsolicited:
      homes.length > 0 &&
      !(vouched && homes.some((home) => home === footprint.domain)) &&
      homes.every((home) => sent(home) >= HOME_MESSAGES) &&
      !(solicitedByAnyone || solicitedDomain || approved),
  };
}
