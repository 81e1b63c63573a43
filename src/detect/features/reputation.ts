import type { ReputationFacts, StandingFacts } from '../../evidence/reputation.ts';
import type { Feature } from '../feature.ts';
import { featuresOf } from './group.ts';

const { share } = featuresOf('reputation');

/** Missing without a memory, and where the message does not have what is remembered: a client that nobody knows has no past. */
const badShare = ({ remembers }: ReputationFacts, standing: StandingFacts | null) =>
  remembers && standing !== null ? standing.badShare : null;

/**
 * What came of earlier mail. How much there was, and since when, are left out on purpose: whoever sends much harmless mail first would
 * lower his score with it. Good mail only takes away what bad mail added.
 */
export const REPUTATION: readonly Feature[] = [
  share('authenticated_bad', 'up', 'Bad messages among those of the authenticated domain', (facts) =>
    facts.remembers ? (facts.authenticatedDomain?.badShare ?? 0) : null,
  ),
  share(
    'authenticated_address_bad',
    'up',
    'Bad messages among those of the authenticated address',
    (facts) => (facts.remembers ? (facts.authenticatedAddress?.badShare ?? 0) : null),
  ),
  share('domain_bad', 'up', 'Bad messages among those that named the domain', (facts) =>
    badShare(facts, facts.domain),
  ),
  share('address_bad', 'up', 'Bad messages among those that named the address', (facts) =>
    badShare(facts, facts.address),
  ),
  share('network_bad', 'up', 'Bad messages among those of the client network', (facts) =>
    badShare(facts, facts.network),
  ),
  share('asn_bad', 'up', 'Bad messages among those of the autonomous system of the client', (facts) =>
    badShare(facts, facts.asn),
  ),
  share('helo_bad', 'up', 'Bad messages among those of clients that named the same organisation', (facts) =>
    badShare(facts, facts.helo),
  ),
];
