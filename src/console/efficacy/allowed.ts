import type { Scope } from '../../quarantine/scope.ts';
import { hasRole, type Principal, type Role, scopeOf, seesAll } from '../principal.ts';
import { Refusal } from '../refusal.ts';

/** Throws Refusal where the role is too small. */
export function needRole(principal: Principal, least: Role): void {
  if (!hasRole(principal, least)) throw new Refusal('forbidden', 'Your role does not allow this.');
}

/** What concerns the whole service is for administrators of all domains. */
export function needWhole(principal: Principal): void {
  if (!hasRole(principal, 'admin') || !seesAll(principal))
    throw new Refusal('forbidden', 'This is for administrators who see all domains.');
}

/** The scope of somebody, of one domain where it is asked for. A domain that is not in it is answered as one without mail to see. */
export function scopeWithin(principal: Principal, domain: string | null): Scope {
  needRole(principal, 'viewer');
  const scope = scopeOf(principal);
  if (domain === null) return scope;
  const wanted = domain.toLowerCase();
  if (scope.domains !== null && !scope.domains.includes(wanted))
    throw new Refusal('missing', 'There is no such domain, or it is not one of those that you see.');
  return { ...scope, domains: [wanted] };
}
