import { authorDomain } from './authentication/alignment.ts';
import { liveAuthentication } from './authentication/live.ts';
import { recordedAuthentication } from './authentication/recorded.ts';
import { UNKNOWN_AUTHENTICATION } from './authentication/results.ts';
import { trustedResults } from './authentication/trusted.ts';
import type { DnsSettings, Resolver } from './dns/resolver.ts';
import type { EvidenceSource } from './evidence.ts';

/** Result words of RFC 8601; null is unknown: not checked, or not recorded. `temperror` is never a fail. */
export type AuthResult =
  | 'pass'
  | 'fail'
  | 'softfail'
  | 'neutral'
  | 'none'
  | 'temperror'
  | 'permerror'
  | 'policy';

export interface AuthenticationFacts {
  readonly spf: AuthResult | null;
  /** Domain that SPF spoke for (envelope sender, else HELO); '' where unknown. */
  readonly spfDomain: string;
  readonly spfAligned: boolean;
  /** The best result among the signatures, `none` without any. */
  readonly dkim: AuthResult | null;
  /** Signing domains that passed. */
  readonly dkimDomains: readonly string[];
  readonly dkimAligned: boolean;
  readonly dmarc: AuthResult | null;
  readonly dmarcPolicy: 'none' | 'quarantine' | 'reject' | null;
  readonly arc: AuthResult | null;
  /** Where the results are from: asked now, the session's record, or nowhere. */
  readonly source: 'live' | 'recorded' | 'unknown';
  /** Domain of the From header that passed with alignment (DMARC, or aligned SPF or DKIM): who vouches. '' is nobody. */
  readonly authenticatedDomain: string;
  /** DNS questions that timed out or failed: for the failure count; the results above are then `temperror`. */
  readonly dnsFailures: number;
}

export interface AuthenticationOptions {
  /** Null never asks DNS. */
  readonly resolver: Resolver | null;
  readonly dns: Pick<DnsSettings, 'messageTimeoutMs' | 'questionsPerMessage'>;
  /** Our host's name, for SPF macros. */
  readonly mta: string;
  readonly trustedAuthservIds: readonly string[];
}

/**
 * Who vouches for the mail. In this order: results that the session recorded, those of a trusted host before us (its
 * topmost Authentication-Results), DNS now, or nothing known. DNS that fails gives `temperror`, counted in `dnsFailures`.
 */
export function authenticationSource(options: AuthenticationOptions): EvidenceSource<'authentication'> {
  const trusted = new Set(options.trustedAuthservIds.map((id) => id.toLowerCase()));
  return {
    name: 'authentication',
    onFailure: 'open',
    shortfall: ({ dnsFailures }) =>
      dnsFailures === 0
        ? null
        : { reason: 'timedOut', detail: `${dnsFailures} DNS questions without an answer` },
    async gather(mail, message) {
      const author = authorDomain(message);
      if (mail.recordedAuthentication !== null) {
        return recordedAuthentication(mail.recordedAuthentication, mail.envelope, author);
      }
      const received = trusted.size === 0 ? null : trustedResults(message, trusted);
      if (received !== null) {
        return recordedAuthentication(received.recorded, mail.envelope, author, received.arc);
      }
      if (options.resolver === null) return UNKNOWN_AUTHENTICATION;
      const session = options.resolver.session({
        timeoutMs: options.dns.messageTimeoutMs,
        maxQuestions: options.dns.questionsPerMessage,
      });
      try {
        return await liveAuthentication(mail, author, session, { mta: options.mta });
      } finally {
        session.close();
      }
    },
  };
}
