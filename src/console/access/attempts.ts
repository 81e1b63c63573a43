import { hash } from 'node:crypto';
import { newSecret } from './secret.ts';
import type { AccessDatabase } from './users.ts';

const MINUTE_MS = 60_000;

export interface AttemptLimits {
  readonly attempts: number;
  readonly windowMinutes: number;
}

/** A password under trial: it counts as wrong until it is known to be right, so that many at once are not more than the limit. */
export interface Attempt {
  /** It was right: nothing is held against this name, and this trial not against the address. */
  right(): Promise<void>;
}

/** Null where the name, or the address it comes from, had as many wrong passwords as it may have within the window. */
export async function beginAttempt(
  database: AccessDatabase,
  { name, network }: { readonly name: string; readonly network: string },
  limits: AttemptLimits,
  now: Date,
): Promise<Attempt | null> {
  const since = new Date(now.getTime() - limits.windowMinutes * MINUTE_MS).toISOString();
  await database.deleteFrom('login_attempts').where('at', '<', since).execute();
  const keys = [keyOf('name', name), keyOf('network', network)];
  if ((await most(database, keys)) >= limits.attempts) return null;
  const rows = keys.map((key) => ({ id: newSecret(), key, at: now.toISOString() }));
  const ids = rows.map(({ id }) => id);
  await database.insertInto('login_attempts').values(rows).execute();
  const drop = () => database.deleteFrom('login_attempts').where('id', 'in', ids).execute();
  // Others began at the same moment: whoever sees more than the limit steps back.
  if ((await most(database, keys)) > limits.attempts) {
    await drop();
    return null;
  }
  return {
    right: async () => {
      await drop();
      await database.deleteFrom('login_attempts').where('key', '=', keyOf('name', name)).execute();
    },
  };
}

async function most(database: AccessDatabase, keys: readonly string[]): Promise<number> {
  const rows = await database
    .selectFrom('login_attempts')
    .select((of) => ['key', of.fn.countAll().as('count')])
    .where('key', 'in', keys)
    .groupBy('key')
    .execute();
  return Math.max(0, ...rows.map(({ count }) => Number(count)));
}

function keyOf(kind: 'name' | 'network', value: string): string {
  return hash('sha256', `${kind} ${value}`, 'hex');
}
