import type { Config } from '../../../config/schema.ts';
import { ROLES } from '../../principal.ts';
import { checkedDomains, checkedGrade } from '../grade.ts';
import { AccessRefusal } from '../problem.ts';
import type { Grade } from '../users.ts';
import type { Claims } from './flow.ts';
import type { OidcConfig } from './provider.ts';

/**
 * What somebody may here by what the provider says of them; null for nothing. Of several groups the highest role counts, with the
 * domains of all groups that give it: the domains of a lower role never widen a higher one.
 */
export function gradeOfClaims(
  claims: Claims,
  oidc: Pick<OidcConfig, 'rolesClaim' | 'roles'>,
  { identity, console }: Pick<Config, 'identity' | 'console'>,
): Grade | null {
  const given = groupsOf(claims[oidc.rolesClaim]).flatMap((group) => {
    const one = Object.hasOwn(oidc.roles, group) ? oidc.roles[group] : undefined;
    return one === undefined ? [] : [one];
  });
  const role = ROLES.findLast((one) => given.some((other) => other.role === one));
  const address = verifiedAddress(claims);
  if (role === undefined) {
    if (console.recipients.release === 'off' || address === null) return null;
    const own = identity.ownDomains.map((domain) => domain.toLowerCase());
    return own.includes(domainOf(address)) ? recipient(address) : null;
  }
  if (role === 'recipient') return address === null ? null : recipient(address);
  const of = given.filter((one) => one.role === role).map(({ domains }) => domains);
  const isWhole = of.some((domains) => domains === null);
  return {
    role,
    domains: isWhole ? null : checkedDomains(of.flatMap((domains) => domains ?? [])),
    address: null,
  };
}

/** In lower case; null where the provider does not vouch for it: people may type any address into their profile. */
function verifiedAddress({ email, email_verified }: Claims): string | null {
  return typeof email === 'string' && email_verified === true ? email.toLowerCase() : null;
}

/** Null for an address that could not be one of a user here. */
function recipient(address: string): Grade | null {
  try {
    return checkedGrade({ role: 'recipient', address });
  } catch (error) {
    if (error instanceof AccessRefusal) return null;
    throw error;
  }
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}

/** A list, or one by itself. */
function groupsOf(claim: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(claim) ? claim : [claim];
  return list.filter((one) => typeof one === 'string');
}
