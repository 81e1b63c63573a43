import { keptSecret, newSecret } from './secret.ts';
import { type AccessDatabase, findUser, type User } from './users.ts';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** When somebody was last seen is written this often at most: a page with its parts is one visit. */
const SEEN_EVERY_MS = 60_000;

export interface SessionLimits {
  readonly hours: number;
  readonly idleMinutes: number;
}

export interface Session {
  /** As it is kept. */
  readonly id: string;
  readonly user: User;
  readonly formToken: string;
}

export interface SessionRow {
  readonly id: string;
  readonly createdAt: Date;
  readonly seenAt: Date;
  readonly client: string;
}

/** A new session, whatever there was before; gives what goes into the cookie. */
export async function openSession(
  database: AccessDatabase,
  user: string,
  { now, limits, client }: { readonly now: Date; readonly limits: SessionLimits; readonly client: string },
): Promise<string> {
  const secret = newSecret();
  await dropExpired(database, now, limits);
  await database
    .insertInto('sessions')
    .values({
      id: keptSecret(secret),
      user_name: user,
      form_token: newSecret(),
      created_at: now.toISOString(),
      seen_at: now.toISOString(),
      expires_at: new Date(now.getTime() + limits.hours * HOUR_MS).toISOString(),
      client,
    })
    .execute();
  return secret;
}

/** Null where it is over: too old, idle for too long, signed out, its user disabled or gone. */
export async function findSession(
  database: AccessDatabase,
  secret: string,
  now: Date,
  limits: SessionLimits,
): Promise<Session | null> {
  const id = keptSecret(secret);
  const row = await database.selectFrom('sessions').selectAll().where('id', '=', id).executeTakeFirst();
  if (row === undefined) return null;
  const [at, seen] = [now.getTime(), Date.parse(row.seen_at)];
  // Shorter hours in a new configuration hold for sessions of before, too.
  const ends = Math.min(
    Date.parse(row.expires_at),
    Date.parse(row.created_at) + limits.hours * HOUR_MS,
    seen + limits.idleMinutes * MINUTE_MS,
  );
  const user = at < ends ? await findUser(database, row.user_name) : null;
  if (user === null || user.isDisabled) {
    await endSession(database, id);
    return null;
  }
  if (at - seen >= Math.min(SEEN_EVERY_MS, (limits.idleMinutes * MINUTE_MS) / 10))
    await database.updateTable('sessions').set({ seen_at: now.toISOString() }).where('id', '=', id).execute();
  return { id, user, formToken: row.form_token };
}

export async function endSession(database: AccessDatabase, id: string): Promise<void> {
  await database.deleteFrom('sessions').where('id', '=', id).execute();
}

/** On all devices. */
export async function endSessions(database: AccessDatabase, user: string): Promise<void> {
  await database.deleteFrom('sessions').where('user_name', '=', user).execute();
}

export async function sessionsOf(database: AccessDatabase, user: string): Promise<readonly SessionRow[]> {
  const rows = await database
    .selectFrom('sessions')
    .select(['id', 'created_at', 'seen_at', 'client'])
    .where('user_name', '=', user)
    .orderBy('seen_at', 'desc')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    createdAt: new Date(row.created_at),
    seenAt: new Date(row.seen_at),
    client: row.client,
  }));
}

async function dropExpired(database: AccessDatabase, now: Date, { idleMinutes }: SessionLimits) {
  const idleSince = new Date(now.getTime() - idleMinutes * MINUTE_MS).toISOString();
  await database
    .deleteFrom('sessions')
    .where((either) =>
      either.or([either('expires_at', '<=', now.toISOString()), either('seen_at', '<=', idleSince)]),
    )
    .execute();
}
