import type { Config } from '../config/schema.ts';
import type { Database } from './open.ts';
import type { Tables } from './tables.ts';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

export type RetentionConfig = Pick<Config, 'quarantine' | 'console'>;

/** Who ends what is in a table: the quarantine with its mail, nobody (and why), or the removal that is given. */
type Rule =
  | { readonly by: 'quarantine' }
  | { readonly by: 'nobody'; readonly because: string }
  | {
      readonly by: 'sweep';
      readonly remove: (database: Database, now: Date, config: RetentionConfig) => Promise<bigint>;
    };

const WITH_MAIL: Rule = { by: 'quarantine' };

/** A rule for every table: one that is new does not compile without. Times are text (ISO 8601, UTC) that sorts. */
export const RETENTION: { readonly [Table in keyof Tables]: Rule } = {
  held: WITH_MAIL,
  held_fate: WITH_MAIL,
  held_likeness: WITH_MAIL,
  held_record: WITH_MAIL,
  mail: WITH_MAIL,
  mail_part: WITH_MAIL,
  users: { by: 'nobody', because: 'an account is there until an administrator removes it' },
  digest_off: { by: 'nobody', because: 'who wants no letters wants none next year, either' },
  sessions: {
    by: 'sweep',
    remove: async (database, now) =>
      removed(await database.deleteFrom('sessions').where('expires_at', '<', now.toISOString()).execute()),
  },
  api_tokens: {
    by: 'sweep',
    remove: async (database, now) =>
      removed(await database.deleteFrom('api_tokens').where('expires_at', '<', now.toISOString()).execute()),
  },
  login_attempts: {
    by: 'sweep',
    remove: async (database, now, { console }) => {
      const oldest = before(now, console.signIn.windowMinutes * MINUTE_MS);
      return removed(await database.deleteFrom('login_attempts').where('at', '<', oldest).execute());
    },
  },
  digest_links: {
    by: 'sweep',
    remove: async (database, now) =>
      removed(
        await database.deleteFrom('digest_links').where('expires_at', '<', now.toISOString()).execute(),
      ),
  },
  digests: {
    by: 'sweep',
    remove: async (database, now, { quarantine }) => {
      const oldest = before(now, quarantine.retentionDays * DAY_MS).slice(0, 10);
      return removed(await database.deleteFrom('digests').where('day', '<', oldest).execute());
    },
  },
  release_requests: {
    by: 'sweep',
    remove: async (database, now, { quarantine }) => {
      const oldest = before(now, quarantine.retentionDays * DAY_MS);
      return removed(await database.deleteFrom('release_requests').where('asked_at', '<', oldest).execute());
    },
  },
};

/** Removes from every table what is past its time, except held mail, whose rows and bytes go together (`Quarantine.expire`). Gives the number of rows. */
export async function pruneDatabase(database: Database, now: Date, config: RetentionConfig): Promise<number> {
  let rows = 0n;
  for (const rule of Object.values(RETENTION))
    if (rule.by === 'sweep') rows += await rule.remove(database, now, config);
  return Number(rows);
}

function before(now: Date, ms: number): string {
  return new Date(now.getTime() - ms).toISOString();
}

function removed(results: readonly { readonly numDeletedRows: bigint }[]): bigint {
  return results.reduce((sum, { numDeletedRows }) => sum + numDeletedRows, 0n);
}
