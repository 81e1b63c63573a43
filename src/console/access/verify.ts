import { beginAttempt } from './attempts.ts';
import { attemptNetwork } from './client.ts';
import type { AccessParts } from './parts.ts';
import { verifyPassword } from './password.ts';
import { findUser, passwordHash, type User } from './users.ts';

/** Each takes 19 MiB and a thread of the four that files and DNS need, too. */
const AT_ONCE = 2;
/** Who waits longer than these take (some seconds) is told to come again. */
const MOST_WAITING = 40;

let running = 0;
const waiting: (() => void)[] = [];

export type Verified = { readonly user: User } | { readonly problem: 'wrong' | 'limited' | 'busy' };

/**
 * Whose password this is. A name that nobody has, one that is disabled and a hash that cannot be read cost the same work as a wrong
 * password, and are told as one.
 */
export async function verifiedUser(
  parts: Pick<AccessParts, 'config' | 'database' | 'now'>,
  { name, password, address }: { readonly name: string; readonly password: string; readonly address: string },
): Promise<Verified> {
  if (waiting.length >= MOST_WAITING) return { problem: 'busy' };
  const lower = name.toLowerCase().slice(0, 256);
  const who = { name: lower, network: attemptNetwork(address) };
  const attempt = await beginAttempt(parts.database, who, parts.config().console.signIn, parts.now());
  if (attempt === null) return { problem: 'limited' };
  const hash = await passwordHash(parts.database, lower);
  const isRight = await inTurn(() => verifyPassword(password, hash));
  const user = isRight ? await findUser(parts.database, lower) : null;
  if (user === null || user.isDisabled) return { problem: 'wrong' };
  await attempt.right();
  return { user };
}

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
  else running += 1;
  try {
    return await work();
  } finally {
    // The place goes on to whoever waits.
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  }
}
