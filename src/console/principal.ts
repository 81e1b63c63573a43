import type { Scope } from '../quarantine/scope.ts';

/** What somebody may do, least first: each has the rights of those before it, and `recipient` sees only mail to one address. */
export const ROLES = ['recipient', 'viewer', 'analyst', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Who asks: a person who signed in, or a token. */
export interface Principal {
  /** As the audit trail names it: a user's name, or `token:<name>`. */
  readonly name: string;
  readonly role: Role;
  /** Recipient domains whose mail it sees, in lower case; null is all. */
  readonly domains: readonly string[] | null;
  /** Of a recipient: the one address whose mail it sees, in lower case. */
  readonly address: string | null;
}

const NOTHING: Scope = { domains: [], address: null };

/** A recipient without an address sees nothing rather than everything. */
export function scopeOf({ role, domains, address }: Principal): Scope {
  if (role !== 'recipient') return { domains, address: null };
  return address === null ? NOTHING : { domains: null, address };
}

export function hasRole(principal: Principal, least: Role): boolean {
  return ROLES.indexOf(principal.role) >= ROLES.indexOf(least);
}

/** Settings of the whole service, what is not of one domain: for those who see all domains. */
export function seesAll({ role, domains }: Principal): boolean {
  return role !== 'recipient' && domains === null;
}
