import { getDomain } from 'tldts';
import type { Message } from '../../message/message.ts';

/**
 * The one domain that all From addresses share, in lower case; '' where there is none or they differ. An entry without an
 * address is a name with a comma that nobody quoted (`Bank, Service <x@bank.example>`), and speaks for nobody.
 */
export function authorDomain(message: Pick<Message, 'from'>): string {
  const named = message.from.filter(({ domain }) => domain !== '');
  const domains = new Set(named.map(({ domain }) => domain.toLowerCase()));
  const [domain = ''] = domains;
  return domains.size === 1 ? domain : '';
}

/** Domain after the last @, lower case without the dot at the end; '' where there is none. */
export function domainOf(address: string): string {
  const at = address.lastIndexOf('@');
  return at === -1 ? '' : bareDomain(address.slice(at + 1));
}

/** Lower case without the dot at the end. */
export function bareDomain(domain: string): string {
  return domain.trim().toLowerCase().replace(/\.$/, '');
}

/**
 * RFC 7489 section 3.1: strict is equality, relaxed is the same registrable domain. Domains that strangers share
 * (`*.github.io`) count as suffixes: one of their tenants never speaks for another.
 */
export function isAligned(domain: string, author: string, strict: boolean): boolean {
  if (domain === '' || author === '') return false;
  if (domain === author) return true;
  if (strict) return false;
  const organization = getDomain(author, { allowPrivateDomains: true });
  return organization !== null && getDomain(domain, { allowPrivateDomains: true }) === organization;
}
