import type { Decision } from '../decision.ts';
import type { AuthenticationFacts } from '../evidence/authentication.ts';
import { factsOf } from '../evidence/evidence.ts';
import { asciiText, foldText, foldTokens, safeToken } from './fold.ts';
import type { Verdict } from './verdict.ts';

export interface HeaderOptions {
  /** Ours, in Authentication-Results. */
  readonly authservId: string;
  /** Stands in where `authservId` cannot be written in a header. */
  readonly hostname: string;
  /** The verdict for the recipients of this copy; that of the decision (the gravest) where it is not given. */
  readonly verdict?: Verdict;
}

/**
 * The fields that are put before the message: X-Postern-Verdict, X-Postern-Reasons (where there are any) and
 * Authentication-Results (RFC 8601). ASCII, CRLF line ends; whatever the message held, nothing but these fields comes out.
 */
export function addedHeaders(decision: Decision, options: HeaderOptions): Buffer {
  const reasons = decision.reasons.map(asciiText).filter((reason) => reason !== '');
  const fields = [
    verdictField(decision, options.verdict ?? decision.verdict),
    ...(reasons.length === 0 ? [] : [foldText('X-Postern-Reasons', reasons.join('; '))]),
    resultsField(decision, options),
  ];
  return Buffer.from(fields.join(''), 'ascii');
}

function verdictField({ assessment, id }: Decision, verdict: Verdict): string {
  const tokens = [
    verdict,
    `category=${assessment.category}`,
    `score=${assessment.score.toFixed(3)}`,
    `id=${safeToken(id) ?? 'unknown'}`,
    `model=${safeToken(assessment.model ?? 'none') ?? 'unknown'}`,
  ];
  return foldTokens('X-Postern-Verdict', tokens);
}

function resultsField({ evidence, envelope, from }: Decision, options: HeaderOptions): string {
  const authservId = safeToken(options.authservId) ?? safeToken(options.hostname) ?? 'localhost';
  const facts = factsOf(evidence.authentication);
  const identity = envelope.mailFrom === '' ? 'smtp.helo' : 'smtp.mailfrom';
  const results = facts === null ? [] : resultsOf(facts, identity, from.slice(from.lastIndexOf('@') + 1));
  // RFC 8601 section 2.2: a field without any result says so.
  return foldTokens('Authentication-Results', [authservId, ...(results.length === 0 ? ['none'] : results)]);
}

/** Results that RFC 8601 section 2.7 and RFC 8617 section 4.1 have for ARC. */
const ARC_RESULTS = ['none', 'pass', 'fail'];

function resultsOf(facts: AuthenticationFacts, spfIdentity: string, fromDomain: string): string[] {
  const { spf, spfDomain, dkim, dkimDomains, dmarc, dmarcPolicy, arc } = facts;
  const results: string[] = [];
  if (spf !== null) results.push(`spf=${spf}${property(spfIdentity, spfDomain)}`);
  if (dkim === 'pass' && dkimDomains.length > 0) {
    results.push(...dkimDomains.map((domain) => `dkim=pass${property('header.d', domain)}`));
  } else if (dkim !== null) results.push(`dkim=${dkim}`);
  if (dmarc !== null) {
    const policy = dmarcPolicy === null ? '' : ` policy.dmarc=${dmarcPolicy}`;
    results.push(`dmarc=${dmarc}${policy}${property('header.from', fromDomain)}`);
  }
  if (arc !== null && ARC_RESULTS.includes(arc)) results.push(`arc=${arc}`);
  return results;
}

/** RFC 8601 section 2.2 lets a property be left out: better none than a changed one. */
function property(name: string, value: string): string {
  const token = safeToken(value);
  return token === null ? '' : ` ${name}=${token}`;
}
