import { hasRole, type Principal, type Role } from '../principal.ts';
import { keptSecret, newSecret } from './secret.ts';
import { type AccessDatabase, domainsOf, findUser, roleOf, type User } from './users.ts';

/** In front of every token, so that one in a file or a log is known for what it is. */
export const TOKEN_PREFIX = 'postern_';

const USED_EVERY_MS = 60_000;

export interface ApiToken {
  readonly id: string;
  /** Of its user's tokens. */
  readonly name: string;
  readonly user: string;
  readonly role: Role;
  readonly domains: readonly string[] | null;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly usedAt: Date | null;
}

/** Gives the token, which is nowhere else; null where this user has one of that name. */
export async function insertToken(
  database: AccessDatabase,
  token: Omit<ApiToken, 'id' | 'usedAt'>,
): Promise<{ readonly id: string; readonly secret: string } | null> {
  const secret = `${TOKEN_PREFIX}${newSecret()}`;
  const id = newSecret();
  const done = await database
    .insertInto('api_tokens')
    .values({
      id,
      hash: keptSecret(secret),
      name: token.name,
      user_name: token.user,
      role: token.role,
      domains: token.domains && JSON.stringify(token.domains),
      created_at: token.createdAt.toISOString(),
      expires_at: token.expiresAt?.toISOString() ?? null,
      used_at: null,
    })
    .onConflict((conflict) => conflict.columns(['user_name', 'name']).doNothing())
    .executeTakeFirst();
  return Number(done.numInsertedOrUpdatedRows ?? 0) > 0 ? { id, secret } : null;
}

/** Whom a token stands for: never more than its user may by now. Null where it is not known or over, or its user is disabled or gone. */
export async function tokenPrincipal(
  database: AccessDatabase,
  secret: string,
  now: Date,
): Promise<Principal | null> {
  const row = await database
    .selectFrom('api_tokens')
    .selectAll()
    .where('hash', '=', keptSecret(secret))
    .executeTakeFirst();
  if (row === undefined) return null;
  if (row.expires_at !== null && Date.parse(row.expires_at) <= now.getTime()) return null;
  const user = await findUser(database, row.user_name);
  if (user === null || user.isDisabled) return null;
  const principal = {
    name: `token:${row.user_name}/${row.name}`,
    role: roleOf(row.role),
    domains: domainsOf(row.domains),
    address: null,
  };
  if (!isWithin(principal, user)) return null;
  if (row.used_at === null || now.getTime() - Date.parse(row.used_at) >= USED_EVERY_MS)
    await database
      .updateTable('api_tokens')
      .set({ used_at: now.toISOString() })
      .where('id', '=', row.id)
      .execute();
  return principal;
}

/** Whether somebody with `of` can do all that `wanted` can. */
export function isWithin(
  wanted: Pick<Principal, 'role' | 'domains'>,
  of: Pick<User | Principal, 'role' | 'domains' | 'name' | 'address'>,
): boolean {
  const { domains } = of;
  if (!hasRole({ ...of, domains, address: of.address }, wanted.role)) return false;
  if (domains === null) return true;
  return wanted.domains?.every((domain) => domains.includes(domain)) === true;
}

/** Of one user, or of all (null). */
export async function listTokens(
  database: AccessDatabase,
  user: string | null,
): Promise<readonly ApiToken[]> {
  let rows = database.selectFrom('api_tokens').selectAll().orderBy('user_name').orderBy('name');
  if (user !== null) rows = rows.where('user_name', '=', user);
  return (await rows.execute()).map((row) => ({
    id: row.id,
    name: row.name,
    user: row.user_name,
    role: roleOf(row.role),
    domains: domainsOf(row.domains),
    createdAt: new Date(row.created_at),
    expiresAt: row.expires_at === null ? null : new Date(row.expires_at),
    usedAt: row.used_at === null ? null : new Date(row.used_at),
  }));
}

export async function deleteToken(database: AccessDatabase, id: string): Promise<void> {
  await database.deleteFrom('api_tokens').where('id', '=', id).execute();
}
