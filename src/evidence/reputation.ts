import type { ReputationKey } from '../reputation/key.ts';
import type { Reputation } from '../reputation/reputation.ts';
import { EvidenceFailure, type EvidenceSource, factsOf } from './evidence.ts';
import { askedOf } from './footprint.ts';
import { type AcquaintanceFacts, acquaintanceOf } from './reputation/acquaintance.ts';
import { type CampaignFacts, campaignOf } from './reputation/campaign.ts';
import { type HabitFacts, habitsOf } from './reputation/habits.ts';
import { type RelationFacts, relationOf } from './reputation/relation.ts';
import { NEVER_SEEN, type StandingFacts, standingFacts } from './reputation/standing.ts';

export type { StandingFacts } from './reputation/standing.ts';

/** What we remember of who sent a message and of what is in it, at its moment. */
export interface ReputationFacts extends RelationFacts, HabitFacts, AcquaintanceFacts, CampaignFacts {
  /** Registrable From domain where it is authenticated; null where it is not: only authenticated identities earn trust. */
  readonly authenticatedDomain: StandingFacts | null;
  readonly authenticatedAddress: StandingFacts | null;
  readonly domain: StandingFacts;
  readonly address: StandingFacts;
  /** /24 or /48 of the client; null where the address is unknown. */
  readonly network: StandingFacts | null;
  /** Autonomous system of the client; null where the configuration gives no table, or it is not in it. */
  readonly asn: StandingFacts | null;
  /** Organisation that the client said to be; null where it named none. */
  readonly helo: StandingFacts | null;
  /** False where there is no memory at all (`postern score` without --memory). */
  readonly remembers: boolean;
}

/** Facts of a judgement without memory: everybody is new, and nothing about that is noteworthy. */
export const UNREMEMBERED: ReputationFacts = {
  authenticatedDomain: null,
  authenticatedAddress: null,
  domain: NEVER_SEEN,
  address: NEVER_SEEN,
  network: null,
  asn: null,
  helo: null,
  remembers: false,
  firstContact: false,
  firstContactDomain: false,
  pairMessages: 0,
  solicited: false,
  solicitedByAnyone: false,
  solicitedDomain: false,
  writtenMessages: 0,
  approved: false,
  unsolicited: false,
  established: false,
  newNetwork: false,
  newCountry: false,
  newMailer: false,
  newReplyTo: false,
  unusualHour: false,
  nameKnownElsewhere: false,
  nameMessages: 0,
  domainResemblesKnown: false,
  domainOtherEnding: false,
  accountMessages: 0,
  newAccount: false,
  senderRecipients: 0,
  linkRecipients: 0,
  fileRecipients: 0,
  newLinkDomains: 0,
};

/** What we remember, in one question to the memory. */
export function reputationSource(
  reputation: Pick<Reputation, 'lookup'> | null,
): EvidenceSource<'reputation'> {
  return {
    name: 'reputation',
    onFailure: 'open',
    async gather(mail, _message, before) {
      if (reputation === null) return UNREMEMBERED;
      const footprint = factsOf(before.footprint);
      if (footprint === null) throw new EvidenceFailure('error', 'no footprint to look up');
      const at = mail.receivedAt;
      const standings = await reputation.lookup(askedOf(footprint), at);
      const facts = (key: ReputationKey | null) =>
        key === null ? null : standingFacts(standings.get(key), at);
      return {
        authenticatedDomain: facts(footprint.authenticatedDomain),
        authenticatedAddress: facts(footprint.authenticatedAddress),
        domain: facts(footprint.domain) ?? NEVER_SEEN,
        address: facts(footprint.address) ?? NEVER_SEEN,
        network: facts(footprint.network),
        asn: facts(footprint.asn),
        helo: facts(footprint.helo),
        remembers: true,
        ...relationOf(footprint, standings),
        ...habitsOf(footprint, standings, at),
        ...acquaintanceOf(footprint, standings, at),
        ...campaignOf(footprint, standings, mail.envelope.rcptTo.length),
      };
    },
  };
}
