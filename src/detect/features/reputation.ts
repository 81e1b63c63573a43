import type { ReputationFacts, StandingFacts } from '../../evidence/reputation.ts';
import type { Feature } from '../feature.ts';
import { featuresOf } from './group.ts';

const { count, share, number } = featuresOf('reputation');

/** Missing without a memory: nobody is a stranger to who never remembers. */
const remembered = <Value>(facts: ReputationFacts, value: Value) => (facts.remembers ? value : null);

const badShare = (facts: ReputationFacts, standing: StandingFacts | null) =>
  standing === null ? null : remembered(facts, standing.badShare);

/** Ten years: nobody is more trusted after. */
const MOST_DAYS = 3650;

/** Only what is authenticated lowers the score: a name that anybody can write earns nobody trust. */
export const REPUTATION: readonly Feature[] = [
  count('authenticated_messages', 'down', 'Messages remembered of the authenticated domain', (facts) =>
    remembered(facts, facts.authenticatedDomain?.messages ?? 0),
  ),
  number(
    'authenticated_age',
    'down',
    'Days since the authenticated domain was first seen',
    'days',
    [0, MOST_DAYS],
    (facts) => remembered(facts, facts.authenticatedDomain?.ageDays ?? 0),
  ),
  share('authenticated_bad', 'up', 'Bad messages among those of the authenticated domain', (facts) =>
    facts.authenticatedDomain === null ? remembered(facts, 0) : badShare(facts, facts.authenticatedDomain),
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
  count('network_messages', 'free', 'Messages remembered of the client network', (facts) =>
    facts.network === null ? null : remembered(facts, facts.network.messages),
  ),
];
