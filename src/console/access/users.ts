import type { Selectable } from 'kysely';
import type { Database } from '../../database/open.ts';
import { ROLES, type Role } from '../principal.ts';
import { isLanguage, type Language } from '../words/language.ts';
import type { UserTable } from './tables.ts';

/** Somebody who may sign in. */
export interface User {
  readonly name: string;
  readonly role: Role;
  /** In lower case; null is all. */
  readonly domains: readonly string[] | null;
  readonly address: string | null;
  /** Null: the browser's. */
  readonly language: Language | null;
  /** Issuer and subject where they sign in elsewhere. */
  readonly identity: string | null;
  readonly isDisabled: boolean;
  readonly createdAt: Date;
  readonly createdBy: string;
}

export type Grade = Pick<User, 'role' | 'domains' | 'address'>;

export type AccessDatabase = Database;

export async function findUser(database: AccessDatabase, name: string): Promise<User | null> {
  const row = await database.selectFrom('users').selectAll().where('name', '=', name).executeTakeFirst();
  return row === undefined ? null : userOf(row);
}

export async function findIdentity(database: AccessDatabase, identity: string): Promise<User | null> {
  const row = await database
    .selectFrom('users')
    .selectAll()
    .where('identity', '=', identity)
    .executeTakeFirst();
  return row === undefined ? null : userOf(row);
}

export async function allUsers(database: AccessDatabase): Promise<readonly User[]> {
  const rows = await database.selectFrom('users').selectAll().orderBy('name').execute();
  return rows.map(userOf);
}

export async function hasUsers(database: AccessDatabase): Promise<boolean> {
  return (await database.selectFrom('users').select('name').limit(1).executeTakeFirst()) !== undefined;
}

/** False where the name is taken. */
export async function insertUser(
  database: AccessDatabase,
  user: Omit<User, 'isDisabled'> & { readonly password: string | null },
): Promise<boolean> {
  const { createdAt, createdBy, domains, ...same } = user;
  const row = {
    ...same,
    domains: domains && JSON.stringify(domains),
    disabled: 0,
    created_at: createdAt.toISOString(),
    created_by: createdBy,
  };
  const done = await database
    .insertInto('users')
    .values(row)
    .onConflict((conflict) => conflict.column('name').doNothing())
    .executeTakeFirst();
  return Number(done.numInsertedOrUpdatedRows ?? 0) > 0;
}

/** Another role or other domains, or no way in: sessions of before end with it, in one transaction. */
export async function regradeUser(
  database: AccessDatabase,
  name: string,
  { role, domains, address, isDisabled }: Grade & Pick<User, 'isDisabled'>,
): Promise<void> {
  await database.transaction().execute(async (within) => {
    await within
      .updateTable('users')
      .set({ role, domains: domains && JSON.stringify(domains), address, disabled: isDisabled ? 1 : 0 })
      .where('name', '=', name)
      .execute();
    await within.deleteFrom('sessions').where('user_name', '=', name).execute();
  });
}

/** Sessions of before end with it, but the one that is kept. */
export async function changePassword(
  database: AccessDatabase,
  name: string,
  password: string,
  keptSession: string | null = null,
): Promise<void> {
  await database.transaction().execute(async (within) => {
    await within.updateTable('users').set({ password }).where('name', '=', name).execute();
    let sessions = within.deleteFrom('sessions').where('user_name', '=', name);
    if (keptSession !== null) sessions = sessions.where('id', '!=', keptSession);
    await sessions.execute();
  });
}

/** With all that hangs on it. */
export async function removeUser(database: AccessDatabase, name: string): Promise<void> {
  await database.transaction().execute(async (within) => {
    await within.deleteFrom('sessions').where('user_name', '=', name).execute();
    await within.deleteFrom('api_tokens').where('user_name', '=', name).execute();
    await within.deleteFrom('users').where('name', '=', name).execute();
  });
}

export async function setLanguage(
  database: AccessDatabase,
  name: string,
  language: Language | null,
): Promise<void> {
  await database.updateTable('users').set({ language }).where('name', '=', name).execute();
}

/** Null for a name that nobody has, and for somebody who signs in elsewhere. */
export async function passwordHash(database: AccessDatabase, name: string): Promise<string | null> {
  const row = await database
    .selectFrom('users')
    .select('password')
    .where('name', '=', name)
    .executeTakeFirst();
  return row?.password ?? null;
}

/** Domains in the database that cannot be read are none, never all. */
export function domainsOf(text: string | null): readonly string[] | null {
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every((one) => typeof one === 'string') ? value : [];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

/** A role in the database that there is not is the least. */
export function roleOf(text: string): Role {
  return ROLES.find((role) => role === text) ?? 'recipient';
}

function userOf(row: Selectable<UserTable>): User {
  return {
    name: row.name,
    role: roleOf(row.role),
    domains: domainsOf(row.domains),
    address: row.address,
    language: row.language !== null && isLanguage(row.language) ? row.language : null,
    identity: row.identity,
    isDisabled: row.disabled !== 0,
    createdAt: new Date(row.created_at),
    createdBy: row.created_by,
  };
}
