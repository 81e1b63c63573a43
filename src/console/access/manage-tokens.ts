import { hasRole, type Principal, seesAll } from '../principal.ts';
import { checkedDomains, checkedRole } from './grade.ts';
import { record } from './manage-users.ts';
import type { AccessParts } from './parts.ts';
import { AccessRefusal } from './problem.ts';
import { type ApiToken, deleteToken, insertToken, isWithin, listTokens } from './tokens.ts';

const DAY_MS = 86_400_000;
const MOST_DAYS = 3_650;
const NAME = /^[A-Za-z0-9][A-Za-z0-9._ -]{0,63}$/;

export interface GivenToken {
  readonly name: string;
  readonly role: string;
  /** Left out, null or empty: those of whoever makes it. */
  readonly domains?: string | readonly string[] | null | undefined;
  /** Null: without end. */
  readonly days: number | null;
}

/** One's own; those of everybody for an administrator of all domains. */
export async function tokensFor(parts: AccessParts, principal: Principal): Promise<readonly ApiToken[]> {
  checkMay(principal);
  const isWhole = hasRole(principal, 'admin') && seesAll(principal);
  return await listTokens(parts.database, isWhole ? null : userOf(principal));
}

/** Gives the token itself, this one time. Throws AccessRefusal where it could do more than whoever makes it. */
export async function makeToken(
  parts: AccessParts,
  principal: Principal,
  given: GivenToken,
): Promise<string> {
  checkMay(principal);
  const user = userOf(principal);
  if (!NAME.test(given.name)) throw new AccessRefusal('bad', 'name');
  const role = checkedRole(given.role);
  const domains = checkedDomains(given.domains) ?? principal.domains;
  if (role === 'recipient') throw new AccessRefusal('bad', 'role');
  if (!isWithin({ role, domains }, principal)) throw new AccessRefusal('forbidden', 'forbidden');
  const { days } = given;
  if (days !== null && !(days > 0 && days <= MOST_DAYS)) throw new AccessRefusal('bad', 'days');
  const createdAt = parts.now();
  const expiresAt = days === null ? null : new Date(createdAt.getTime() + days * DAY_MS);
  const others = await listTokens(parts.database, user);
  if (others.some(({ name }) => name === given.name)) throw new AccessRefusal('conflict', 'taken');
  const after = `${role}${domains === null ? '' : ` of ${domains.join(', ')}`}${expiresAt === null ? '' : ` until ${expiresAt.toISOString()}`}`;
  await record(parts, principal, {
    kind: 'token',
    action: 'token-add',
    name: `${user}/${given.name}`,
    before: null,
    after,
  });
  const made = await insertToken(parts.database, {
    name: given.name,
    user,
    role,
    domains,
    createdAt,
    expiresAt,
  });
  if (made === null) throw new AccessRefusal('conflict', 'taken');
  return made.secret;
}

export async function revokeToken(parts: AccessParts, principal: Principal, id: string): Promise<void> {
  const token = (await tokensFor(parts, principal)).find((one) => one.id === id);
  if (token === undefined) throw new AccessRefusal('missing', 'missing');
  const name = `${token.user}/${token.name}`;
  await record(parts, principal, {
    kind: 'token',
    action: 'token-revoke',
    name,
    before: token.role,
    after: null,
  });
  await deleteToken(parts.database, id);
}

/** A token makes tokens of the user whose it is. */
function userOf({ name }: Principal): string {
  return /^token:([^/]*)\//.exec(name)?.[1] ?? name;
}

function checkMay(principal: Principal): void {
  if (!hasRole(principal, 'viewer')) throw new AccessRefusal('forbidden', 'forbidden');
}
