import type { Envelope } from '../mail/mail.ts';
import type { Reputation, ReputationKey, Standing } from '../reputation/reputation.ts';
import type { AuthenticationFacts } from './authentication.ts';
import { type EvidenceSource, factsOf } from './evidence.ts';
import { networkOf } from './names/network.ts';
import { organizationOf } from './names/organization.ts';
import type { SenderFacts } from './sender.ts';

/** What we remember of one key at the moment of the message; decayed counts (half-life in the configuration). */
export interface StandingFacts {
  readonly messages: number;
  /** Share of the messages that were held, refused or reported, 0 to 1. */
  readonly badShare: number;
  /** Days since first seen; 0 for a key never seen. */
  readonly ageDays: number;
  readonly known: boolean;
}

export interface ReputationFacts {
  /** Registrable From domain where it is authenticated; null where it is not: only authenticated identities earn trust. */
  readonly authenticatedDomain: StandingFacts | null;
  readonly domain: StandingFacts;
  readonly address: StandingFacts;
  /** /24 or /48 of the client; null where the address is unknown. */
  readonly network: StandingFacts | null;
  /** False where there is no memory at all (`postern score` without --memory). */
  readonly remembers: boolean;
}

export interface KeysByRole {
  readonly authenticatedDomain: ReputationKey | null;
  readonly domain: ReputationKey | null;
  readonly address: ReputationKey | null;
  readonly network: ReputationKey | null;
}

/**
 * Under which keys a message is remembered: for looking up before the verdict and for observing after it. Null for what
 * the message does not have; `authdomain:` only where somebody vouches for From.
 */
export function keysByRole(
  envelope: Pick<Envelope, 'clientIp'>,
  authentication: AuthenticationFacts | null,
  sender: SenderFacts | null,
): KeysByRole {
  const vouched = organizationOf(authentication?.authenticatedDomain ?? '');
  const network = envelope.clientIp === null ? '' : networkOf(envelope.clientIp);
  const domain = sender?.fromOrganization ?? '';
  const address = sender?.fromAddress.toLowerCase() ?? '';
  return {
    authenticatedDomain: vouched === '' ? null : `authdomain:${vouched}`,
    domain: domain === '' ? null : `domain:${domain}`,
    address: address === '' ? null : `address:${address}`,
    network: network === '' ? null : `network:${network}`,
  };
}

/** The keys of keysByRole that there are, as Reputation takes them. */
export function reputationKeys(
  envelope: Pick<Envelope, 'clientIp'>,
  authentication: AuthenticationFacts | null,
  sender: SenderFacts | null,
): ReputationKey[] {
  return Object.values(keysByRole(envelope, authentication, sender)).filter(
    (key): key is ReputationKey => key !== null,
  );
}

const NEVER_SEEN: StandingFacts = { messages: 0, badShare: 0, ageDays: 0, known: false };

/** What we remember of the sender at the moment of the message. Without memory everybody is new. */
export function reputationSource(
  reputation: Pick<Reputation, 'lookup'> | null,
): EvidenceSource<'reputation'> {
  return {
    name: 'reputation',
    onFailure: 'open',
    async gather(mail, _message, before) {
      const keys = keysByRole(mail.envelope, factsOf(before.authentication), factsOf(before.sender));
      const asked = Object.values(keys).filter((key): key is ReputationKey => key !== null);
      const standings =
        reputation === null || asked.length === 0
          ? new Map<ReputationKey, Standing>()
          : await reputation.lookup(asked, mail.receivedAt);
      const facts = (key: ReputationKey) => standingFacts(standings.get(key), mail.receivedAt);
      return {
        authenticatedDomain: keys.authenticatedDomain === null ? null : facts(keys.authenticatedDomain),
        domain: keys.domain === null ? NEVER_SEEN : facts(keys.domain),
        address: keys.address === null ? NEVER_SEEN : facts(keys.address),
        network: keys.network === null ? null : facts(keys.network),
        remembers: reputation !== null,
      };
    },
  };
}

const DAY_MS = 86_400_000;

function standingFacts(standing: Standing | undefined, at: Date): StandingFacts {
  if (standing === undefined) return NEVER_SEEN;
  const { messages, held, refused, reportedBad, reportedGood, firstSeen } = standing;
  // A release or a report says what a verdict meant: each report of good takes one bad away.
  const bad = Math.max(0, held + refused + reportedBad - reportedGood);
  const seen = Math.max(messages, bad);
  return {
    messages,
    badShare: seen === 0 ? 0 : bad / seen,
    ageDays: Math.max(0, (at.getTime() - firstSeen) / DAY_MS),
    known: messages > 0,
  };
}
