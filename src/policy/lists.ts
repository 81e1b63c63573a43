import { isInNetwork, parseDomain } from '../config/entry.ts';
import type { Assessment } from '../detect/assessment.ts';
import { type Evidence, factsOf } from '../evidence/evidence.ts';
import type { Envelope } from '../mail/mail.ts';
import type { Address, Message } from '../message/message.ts';
import type { ListEntry } from './policy.ts';

/** What the lists are asked about. */
export interface Listed {
  readonly envelope: Envelope;
  readonly message: Pick<Message, 'from'>;
  readonly evidence: Pick<Evidence, 'authentication' | 'sender'>;
  readonly assessment: Pick<Assessment, 'score' | 'category' | 'findings' | 'notRun' | 'forced' | 'forcedBy'>;
}

/**
 * The allow entry that covers the message; null for none. Only the domain that authentication vouches for counts, and
 * nothing covers impersonation or malware: an allowed sender that was taken over sends just that.
 */
export function allowedBy(listed: Listed, allow: readonly ListEntry[]): ListEntry | null {
  const vouched = parseDomain(factsOf(listed.evidence.authentication)?.authenticatedDomain ?? '');
  if (vouched === null || isImpersonation(listed.evidence) || isMalware(listed.assessment)) return null;
  const [author, another] = listed.message.from;
  const address = author === undefined || another !== undefined ? '' : plainAddress(author.address);
  const covers = ({ entry }: ListEntry) => {
    if (entry.kind === 'domain') return isAtOrBelow(vouched, entry.domain);
    return entry.kind === 'address' && entry.address === address && address.endsWith(`@${vouched}`);
  };
  return allow.find(covers) ?? null;
}

/** The block entry that names the author, the envelope sender or the client; null for none. */
export function blockedBy(
  { envelope, message }: Pick<Listed, 'envelope' | 'message'>,
  block: readonly ListEntry[],
): ListEntry | null {
  const addresses = [...message.from.map((from: Address) => from.address), envelope.mailFrom ?? '']
    .filter((address) => address !== '')
    .map(plainAddress);
  const domains = addresses.map((address) => address.slice(address.lastIndexOf('@') + 1));
  const names = ({ entry }: ListEntry) => {
    if (entry.kind === 'address') return addresses.includes(entry.address);
    if (entry.kind === 'domain') return domains.some((domain) => isAtOrBelow(domain, entry.domain));
    return envelope.clientIp !== null && isInNetwork(envelope.clientIp, entry.network);
  };
  return block.find(names) ?? null;
}

/** Where the sender could not be looked at, impersonation cannot be ruled out. */
function isImpersonation(evidence: Listed['evidence']): boolean {
  const sender = factsOf(evidence.sender);
  if (sender === null) return true;
  const claims = [sender.nameOfPerson, sender.nameClaimsBrand, sender.lookalikeOf, sender.replyToLookalikeOf];
  return sender.nameClaimsUs || claims.some((claim) => claim !== '');
}

function isMalware({ category, findings, forcedBy }: Listed['assessment']): boolean {
  return category === 'malware' || findings.some((f) => f.detector === forcedBy && f.category === 'malware');
}

function isAtOrBelow(domain: string, parent: string): boolean {
  return domain === parent || domain.endsWith(`.${parent}`);
}

/** Lower case, with the domain in the form in which the lists have it. */
function plainAddress(address: string): string {
  const at = address.lastIndexOf('@');
  const domain = address.slice(at + 1);
  return `${address.slice(0, at + 1)}${parseDomain(domain) ?? domain}`.toLowerCase();
}
