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
