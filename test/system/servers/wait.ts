import { setTimeout as sleep } from 'node:timers/promises';

const PAUSE_MS = 50;
/** Generous: machines under test are small and busy, and a server that starts needs no luck. */
const DEFAULT_LIMIT_MS = 30_000;

/** Asks again and again until the answer is neither null nor false. Throws with what was waited for. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | null | false> | T | null | false,
  limitMs: number = DEFAULT_LIMIT_MS,
): Promise<T> {
  const end = Date.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (answer !== null && answer !== false) return answer;
    if (Date.now() > end) throw new Error(`waited ${limitMs} ms in vain: ${what}`);
    await sleep(PAUSE_MS);
  }
}
