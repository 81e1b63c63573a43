import type { AuthenticationFacts, AuthResult } from '../authentication.ts';

const WORDS: Readonly<Record<string, AuthResult>> = {
  pass: 'pass',
  fail: 'fail',
  softfail: 'softfail',
  neutral: 'neutral',
  none: 'none',
  temperror: 'temperror',
  permerror: 'permerror',
  policy: 'policy',
  // Words that receivers wrote before RFC 8601 and beside it.
  hardfail: 'fail',
  error: 'temperror',
  timeout: 'temperror',
  unknown: 'permerror',
  // A pass by alignment without a DMARC record: there is no DMARC result, and alignment is judged from SPF and DKIM.
  bestguesspass: 'none',
};

/** The result word of RFC 8601 for what a receiver or a library wrote; null where it means nothing to us. */
export function resultWord(word: string | null | undefined): AuthResult | null {
  const key = word?.trim().toLowerCase() ?? '';
  return Object.hasOwn(WORDS, key) ? (WORDS[key] ?? null) : null;
}

/** Best first. `temperror` stands before the bad ones: such a signature might have passed. */
const DKIM_ORDER: readonly AuthResult[] = [
  'pass',
  'temperror',
  'policy',
  'fail',
  'softfail',
  'neutral',
  'permerror',
  'none',
];

/** The best of the results of the signatures; null without any. */
export function bestDkim(results: readonly AuthResult[]): AuthResult | null {
  return DKIM_ORDER.find((result) => results.includes(result)) ?? null;
}

const POLICIES = ['none', 'quarantine', 'reject'] as const;

export function dmarcPolicyWord(word: string | null | undefined): AuthenticationFacts['dmarcPolicy'] {
  return POLICIES.find((policy) => policy === word?.toLowerCase()) ?? null;
}

/** Nothing is known. */
export const UNKNOWN_AUTHENTICATION: AuthenticationFacts = {
  spf: null,
  spfDomain: '',
  spfAligned: false,
  dkim: null,
  dkimDomains: [],
  dkimAligned: false,
  dmarc: null,
  dmarcPolicy: null,
  arc: null,
  source: 'unknown',
  authenticatedDomain: '',
  dnsFailures: 0,
};

/**
 * Who vouches for the From domain. A DMARC fail speaks against it, whatever else passed (strict alignment); without a
 * DMARC result an aligned SPF or DKIM pass is as good.
 */
export function vouchedDomain(
  author: string,
  facts: Pick<AuthenticationFacts, 'dmarc' | 'spfAligned' | 'dkimAligned'>,
): string {
  if (facts.dmarc === 'pass') return author;
  if (facts.dmarc === 'fail') return '';
  return facts.spfAligned || facts.dkimAligned ? author : '';
}
