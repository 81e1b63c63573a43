import { arc, type DKIMResult, type DMARCResult, type DNSResolver, dmarc, spf } from 'mailauth';
import type { Envelope, Mail } from '../../mail/mail.ts';
import type { AuthenticationFacts, AuthResult } from '../authentication.ts';
import type { Session } from '../dns/session.ts';
import { EvidenceFailure } from '../evidence.ts';
import { isPublic } from '../names/network.ts';
import { bareDomain, domainOf, isAligned } from './alignment.ts';
import { withinKeySize } from './key-size.ts';
import { envelopeDomain } from './recorded.ts';
import { bestDkim, dmarcPolicyWord, resultWord, UNKNOWN_AUTHENTICATION, vouchedDomain } from './results.ts';
import { verifiable } from './verifiable.ts';
import { type Verified, verifySignatures } from './verify.ts';

/** RFC 8301 section 3.2: verifiers must not accept shorter RSA keys. */
const MIN_KEY_BITS = 1024;

/** Name of our host for SPF macros (RFC 7208 section 7.3, `r`). */
export interface LiveOptions {
  readonly mta: string;
}

/**
 * Asks DNS and checks the signatures over the whole mail. Never rejects for DNS: what could not be asked is `temperror`.
 * Throws EvidenceFailure `unavailable` where the mail cannot be read.
 */
export async function liveAuthentication(
  mail: Mail,
  author: string,
  session: Session,
  options: LiveOptions,
): Promise<AuthenticationFacts> {
  // mailauth's type leaves out the records of MX, which its SPF reads as node:dns gives them.
  const resolver = session.ask as DNSResolver;
  const [spfFacts, signatures] = await Promise.all([
    checkSpf(mail.envelope, resolver, options),
    checkSignatures(mail, session, withinKeySize(resolver)),
  ]);
  const policy = await checkDmarc(author, spfFacts, signatures, resolver);
  const spfAligned = spfFacts.spf === 'pass' && isAlignedBy(policy.record, 'spf', spfFacts.spfDomain, author);
  const dkimAligned = signatures.dkimDomains.some((domain) =>
    isAlignedBy(policy.record, 'dkim', domain, author),
  );
  return {
    ...UNKNOWN_AUTHENTICATION,
    ...spfFacts,
    spfAligned,
    dkim: signatures.dkim,
    dkimDomains: signatures.dkimDomains,
    dkimAligned,
    dmarc: policy.dmarc,
    dmarcPolicy: dmarcPolicyWord(policy.record?.policy),
    arc: signatures.arc,
    source: 'live',
    authenticatedDomain: vouchedDomain(author, { dmarc: policy.dmarc, spfAligned, dkimAligned }),
    dnsFailures: session.failures,
  };
}

type SpfFacts = Pick<AuthenticationFacts, 'spf' | 'spfDomain'>;

async function checkSpf(envelope: Envelope, resolver: DNSResolver, { mta }: LiveOptions): Promise<SpfFacts> {
  const { clientIp, helo, mailFrom } = envelope;
  const spfDomain = envelopeDomain(envelope);
  if (clientIp === null || mailFrom === null || !isPublic(clientIp)) return { spf: null, spfDomain: '' };
  if (spfDomain === '') return { spf: 'none', spfDomain };
  const { status } = await spf({ ip: clientIp, helo: helo ?? '', sender: mailFrom, mta, resolver });
  return { spf: resultWord(status.result), spfDomain };
}

interface Signatures {
  readonly dkim: AuthResult;
  readonly dkimDomains: readonly string[];
  /** A signature might have passed had DNS answered. */
  readonly isDkimOpen: boolean;
  readonly arc: AuthResult | null;
  /** Who the verifier says wrote the mail: it reads From by itself. */
  readonly authors: readonly string[];
  readonly fromFields: number;
}

async function checkSignatures(mail: Mail, session: Session, resolver: DNSResolver): Promise<Signatures> {
  const checked = await readSignatures(mail, resolver);
  if (checked === null) {
    return { dkim: 'policy', dkimDomains: [], isDkimOpen: false, arc: 'policy', authors: [], fromFields: 0 };
  }
  const { verified, signaturesDropped, arcDropped } = checked;
  const results = verified.results.map(dkimWord);
  const domains = verified.results
    .filter((_, index) => results[index] === 'pass')
    .map(({ signingDomain }) => bareDomain(signingDomain ?? ''));
  const words = signaturesDropped ? [...results, 'policy' as const] : results;
  return {
    dkim: bestDkim(words) ?? 'none',
    dkimDomains: [...new Set(domains)],
    isDkimOpen: results.includes('temperror'),
    arc: arcDropped ? 'policy' : await checkArc(verified, session, resolver),
    authors: verified.headerFrom,
    fromFields: verified.fromFields,
  };
}

async function readSignatures(mail: Mail, resolver: DNSResolver) {
  try {
    const bounded = await verifiable(mail.content);
    if (bounded === null) return null;
    const { signaturesDropped, arcDropped } = bounded;
    const verified = await verifySignatures(bounded, {
      resolver,
      minBitLength: MIN_KEY_BITS,
      rejectRsaSha1: true,
      curTime: mail.receivedAt,
    });
    return { verified, signaturesDropped, arcDropped };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new EvidenceFailure('unavailable', `the mail could not be read: ${detail}`, { cause: error });
  }
}

function dkimWord({ status }: DKIMResult): AuthResult {
  // RFC 6376 section 8.2: with l= anybody can append to the mail, so it says nothing about what people see.
  if (status.result === 'pass' && (status.underSized ?? 0) > 0) return 'policy';
  // RFC 8601 section 2.7.1 calls this a fail; mailauth keeps the older word.
  if (status.result === 'neutral' && status.comment === 'body hash did not verify') return 'fail';
  return resultWord(status.result) ?? 'permerror';
}

async function checkArc(
  verified: Verified,
  session: Session,
  resolver: DNSResolver,
): Promise<AuthResult | null> {
  if (verified.arc === undefined) return null;
  // The type of arc() asks for a chain, but it takes what dkimVerify gives, `false` for no chain included.
  const chain = verified.arc as Parameters<typeof arc>[0];
  const { status } = await arc(chain, { resolver, minBitLength: MIN_KEY_BITS });
  const result = resultWord(status.result);
  return result === 'fail' && session.failures > 0 ? 'temperror' : result;
}

interface Policy {
  readonly dmarc: AuthResult | null;
  readonly record: DMARCResult | null;
}

async function checkDmarc(
  author: string,
  { spf: spfResult, spfDomain }: SpfFacts,
  signatures: Signatures,
  resolver: DNSResolver,
): Promise<Policy> {
  // Two readings of From that differ: nobody can vouch for what people see (VU#517845).
  const isAgreed = signatures.authors.every((address) => domainOf(address) === author);
  if (author === '' || signatures.authors.length === 0 || !isAgreed) return { dmarc: null, record: null };
  const record = await dmarc({
    headerFrom: [...signatures.authors],
    fromFields: signatures.fromFields,
    spfDomains: spfResult === 'pass' ? [spfDomain] : [],
    dkimDomains: signatures.dkimDomains.map((domain) => ({ domain })),
    resolver,
  });
  if (record === false) return { dmarc: null, record: null };
  const result = resultWord(record.status.result);
  if (result !== 'fail') return { dmarc: result, record };
  // RFC 7489 section 6.6.2 step 5 needs both answers; one that might have passed must not become a fail.
  if (spfResult === 'temperror' || signatures.isDkimOpen) return { dmarc: 'temperror', record };
  return { dmarc: spfResult === null ? null : 'fail', record };
}

/** The mode is the record's; relaxed is decided by the tree walk where there is a record, by the suffix list where not. */
function isAlignedBy(
  record: DMARCResult | null,
  method: 'spf' | 'dkim',
  domain: string,
  author: string,
): boolean {
  const alignment = record?.alignment?.[method];
  if (record?.status.result === 'pass' || record?.status.result === 'fail') {
    if (!alignment?.result) return false;
  }
  return isAligned(domain, author, alignment?.strict ?? false);
}
