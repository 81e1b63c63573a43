import { createMiddleware } from 'hono/factory';
import type { Environment } from '../environment.ts';
import { apiError } from './error.ts';

/**
 * Ten a second, for each user or token. A script that pages through 100,000 held messages by 200 asks 500 times; one that runs wild
 * shares two cores with the mail.
 */
export const REQUESTS = 600;
export const WINDOW_SECONDS = 60;

/** Counts requests of each principal in this process, in windows that begin with the first request after the one before; 429 above. */
export function limitRate(now: () => Date) {
  const counts = new Map<string, number>();
  let endsAt = 0;
  return createMiddleware<Environment>(async (context, next) => {
    const at = now().getTime();
    // Also where the clock was set back: nobody waits longer than a window.
    if (at >= endsAt || at < endsAt - WINDOW_SECONDS * 1_000) {
      counts.clear();
      endsAt = at + WINDOW_SECONDS * 1_000;
    }
    const { name } = context.var.principal;
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    if (count <= REQUESTS) return await next();
    context.header('retry-after', String(Math.ceil((endsAt - at) / 1_000)));
    return apiError(context, 'tooOften', `At most ${REQUESTS} requests in ${WINDOW_SECONDS} seconds.`);
  });
}
