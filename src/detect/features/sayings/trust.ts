import type { ReputationFacts, StandingFacts } from '../../../evidence/reputation.ts';
import { quote } from '../../rules/quote.ts';
import { about, part, type Saying, type Sayings, when } from './saying.ts';

/** What the memory says of one key: nothing, good, or bad. */
const standing = (read: (facts: ReputationFacts) => StandingFacts | null, who: string): Saying =>
  about('reputation', (facts) => {
    if (!facts.remembers) return 'There is no memory of earlier mail';
    const found = read(facts);
    if (found === null || !found.known) return `There is no memory of ${who}`;
    return found.badShare < 0.005
      ? `Nothing bad has come from ${who} so far`
      : `${part(found.badShare, 'messages')} from ${who} so far were bad`;
  });

export const TRUST: Sayings = {
  authentication_aligned: about('authentication', (facts) => {
    if (facts.source === 'unknown') return 'Nobody could check who really sent it';
    return facts.authenticatedDomain === ''
      ? 'Nobody vouches for the address it says it is from'
      : `${quote(facts.authenticatedDomain)} vouches that the address it says it is from is real`;
  }),
  authentication_dmarc_fail: about('authentication', (facts) =>
    when(facts.dmarc === 'fail', () => 'DMARC failed: it uses the domain of From without right'),
  ),
  authentication_dmarc_fail_enforced: about('authentication', (facts) =>
    when(
      facts.dmarc === 'fail' && facts.dmarcPolicy !== 'none',
      () => 'DMARC failed, and the domain of From asks to stop such mail',
    ),
  ),
  authentication_spf_fail: about('authentication', (facts) =>
    facts.spf === 'fail' || facts.spf === 'softfail'
      ? `${quote(facts.spfDomain)} says that it does not send from this host (SPF ${facts.spf})`
      : facts.spf === null
        ? null
        : `No SPF record speaks against the host that sent it`,
  ),
  reputation_authenticated_bad: standing(
    ({ authenticatedDomain }) => authenticatedDomain,
    'this authenticated sender',
  ),
  reputation_domain_bad: standing(({ domain }) => domain, 'this domain'),
  reputation_address_bad: standing(({ address }) => address, 'this address'),
  reputation_network_bad: standing(({ network }) => network, 'the network it was sent from'),
  reputation_authenticated_address_bad: standing(
    ({ authenticatedAddress }) => authenticatedAddress,
    'this authenticated address',
  ),
  reputation_asn_bad: standing(({ asn }) => asn, 'the network operator it was sent from'),
  reputation_helo_bad: standing(({ helo }) => helo, 'hosts that go by the name of this one'),
};
