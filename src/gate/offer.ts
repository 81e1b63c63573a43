import { type Capabilities, NO_CAPABILITIES } from './next-hop/capabilities.ts';
import type { Pool } from './next-hop/pool.ts';

/** EHLO waits this long for a next hop that nobody has reached yet; then what every server has is offered. */
const OFFER_WAIT_MS = 2_000;

/** What a client may be offered now: what the next hop has, and the smaller of both limits of size. Never rejects. */
export async function offerOf(pool: Pool, maxMessageBytes: number): Promise<Capabilities> {
  const known = pool.refreshCapabilities();
  if (pool.capabilities === null) {
    let timer: NodeJS.Timeout | undefined;
    const enough = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, OFFER_WAIT_MS);
    });
    await Promise.race([known, enough]);
    clearTimeout(timer);
  }
  const { extensions, maxBytes, xforward } = pool.capabilities ?? NO_CAPABILITIES;
  return { extensions, xforward, maxBytes: Math.min(maxMessageBytes, maxBytes ?? maxMessageBytes) };
}
