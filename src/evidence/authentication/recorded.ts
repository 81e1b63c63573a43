import type { Envelope, RecordedAuthentication } from '../../mail/mail.ts';
import type { AuthenticationFacts, AuthResult } from '../authentication.ts';
import { bareDomain, domainOf, isAligned } from './alignment.ts';
import { bestDkim, dmarcPolicyWord, resultWord, UNKNOWN_AUTHENTICATION, vouchedDomain } from './results.ts';

/**
 * Facts from results that were recorded when the mail came. Alignment is relaxed: the DMARC record of that day is not
 * known, and where its mode was strict the recorded DMARC result says so.
 */
export function recordedAuthentication(
  recorded: RecordedAuthentication,
  envelope: Envelope,
  author: string,
  arc: string | null = null,
): AuthenticationFacts {
  const spf = resultWord(recorded.spf?.result);
  const spfDomain = spf === null ? '' : spfIdentity(recorded, envelope);
  const dkimDomains = passedDomains(recorded);
  const alignment = {
    dmarc: resultWord(recorded.dmarc?.result),
    spfAligned: spf === 'pass' && isAligned(spfDomain, author, false),
    dkimAligned: dkimDomains.some((domain) => isAligned(domain, author, false)),
  };
  return {
    ...UNKNOWN_AUTHENTICATION,
    ...alignment,
    spf,
    spfDomain,
    dkim: dkimResult(recorded),
    dkimDomains,
    dmarcPolicy: dmarcPolicyWord(recorded.dmarc?.policy),
    arc: resultWord(arc),
    source: 'recorded',
    authenticatedDomain: vouchedDomain(author, alignment),
  };
}

function spfIdentity({ spf }: RecordedAuthentication, envelope: Envelope): string {
  const { domain } = spf ?? { domain: null };
  return domain === null ? envelopeDomain(envelope) : bareDomain(domain);
}

/** RFC 7208 section 2.4: the domain of MAIL FROM, or of HELO where the reverse-path is null. */
export function envelopeDomain({ mailFrom, helo }: Pick<Envelope, 'mailFrom' | 'helo'>): string {
  if (mailFrom === null) return '';
  return mailFrom === '' ? bareDomain(helo ?? '') : domainOf(mailFrom);
}

function passedDomains({ dkim }: RecordedAuthentication): string[] {
  const passed = (dkim ?? []).filter(({ result }) => resultWord(result) === 'pass');
  return [...new Set(passed.map(({ domain }) => bareDomain(domain ?? '')).filter((domain) => domain !== ''))];
}

/** An empty list says that the receiver looked and found no signature. */
function dkimResult({ dkim }: RecordedAuthentication): AuthResult | null {
  if (dkim === null) return null;
  if (dkim.length === 0) return 'none';
  return bestDkim(dkim.map(({ result }) => resultWord(result)).filter((result) => result !== null));
}
