import { organizationOf } from '../evidence/names/organization.ts';
import { covers, type Scope } from './scope.ts';

/** What stands where a recipient of others was named. */
export const UNNAMED = '…';

/** Takes names that are not to be told out of all texts of a value; the value as it is where there are none. */
export type Unname = <T>(value: T) => T;

/**
 * For what we say of a message (reasons, findings, evidence): recipients that are not in scope, and their domains, are in no text of it. What
 * `sender` holds stays: the mail itself shows it to each of its recipients.
 */
export function unnamerFor(scope: Scope, recipients: readonly string[], sender: string): Unname {
  const names = namesOf(scope, recipients, sender.toLowerCase());
  if (names.length === 0) return (value) => value;
  // Longest first: an address goes before its domain would break it.
  const any = new RegExp(
    names
      .toSorted((a, b) => b.length - a.length)
      .map(RegExp.escape)
      .join('|'),
    'giu',
  );
  const unname = (value: unknown): unknown => {
    if (typeof value === 'string') return value.replace(any, UNNAMED);
    if (Array.isArray(value)) return value.map(unname);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, unname(part)]));
  };
  return <T>(value: T) => unname(value) as T;
}

function namesOf(scope: Scope, recipients: readonly string[], sender: string): string[] {
  const others = recipients.filter((one) => !covers(scope, one)).map((one) => one.toLowerCase());
  const own = recipients.filter((one) => covers(scope, one)).map((one) => domainOf(one.toLowerCase()));
  const spared = new Set([...own, ...own.map(organizationOf), ...(scope.domains ?? [])]);
  const domains = others.map(domainOf).flatMap((domain) => [domain, organizationOf(domain)]);
  const told = domains.filter((domain) => !spared.has(domain) && !sender.includes(domain));
  return [...new Set([...others, ...told])].filter((name) => name !== '');
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}
