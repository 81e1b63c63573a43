import type { NextHopConfig } from '../../config/schema.ts';
import type { Capabilities } from './capabilities.ts';
import { connect } from './connect.ts';
import type { Connection } from './connection.ts';

/** Shorter than the idle time-out of any server we know of under normal load (Postfix under stress: 10 s; then 421, and we retry). */
const KEPT_IDLE_MS = 30_000;
/** How old what we know of the next hop's extensions may be before we ask again. */
const CAPABILITIES_FRESH_MS = 60_000;

interface Kept {
  readonly connection: Connection;
  readonly timer: NodeJS.Timeout;
}

/**
 * Connections to the next hop. As many are open as clients are within a transaction, which the limits of the gate bound; at most
 * `pool` of the configuration are kept when idle. A bound on open ones here would let slow senders keep out the others.
 */
export class Pool {
  readonly #config: NextHopConfig;
  readonly #hostname: string;
  /** The last is used first, so that the others grow old and go. */
  readonly #kept: Kept[] = [];
  readonly #open = new Set<Connection>();
  #capabilities: Capabilities | null = null;
  #learnedAt = Number.NEGATIVE_INFINITY;
  #probing: Promise<void> | null = null;
  #closed = false;

  constructor(config: NextHopConfig, hostname: string) {
    this.#config = config;
    this.#hostname = hostname;
  }

  get isLmtp(): boolean {
    return this.#config.protocol === 'lmtp';
  }

  /** What the next hop offered last; null where it has not been reached yet. */
  get capabilities(): Capabilities | null {
    return this.#capabilities;
  }

  /** Connections that are kept or in use, for tests and diagnosis. */
  get size(): { readonly kept: number; readonly open: number } {
    return { kept: this.#kept.length, open: this.#open.size };
  }

  /** A kept connection or a new one; `fresh` always connects. Rejects with a GateError. */
  async acquire(fresh = false): Promise<Connection> {
    while (!fresh) {
      const kept = this.#kept.pop();
      if (kept === undefined) break;
      clearTimeout(kept.timer);
      if (kept.connection.usable) return kept.connection;
    }
    const connection = await connect(this.#config, this.#hostname);
    this.#open.add(connection);
    connection.onFailure(() => this.#forget(connection));
    this.#capabilities = connection.capabilities;
    this.#learnedAt = performance.now();
    return connection;
  }

  /**
   * Gives a connection back. One that may be within a transaction is reset first, and dropped where that fails: the next user
   * must never come into someone's envelope.
   */
  async release(connection: Connection, state: 'between-transactions' | 'within-transaction'): Promise<void> {
    if (!connection.usable) return;
    if (state === 'within-transaction' && !(await isReset(connection))) {
      connection.quit();
      return;
    }
    if (this.#closed || this.#kept.length >= this.#config.pool) {
      connection.quit();
      return;
    }
    connection.reused = true;
    const timer = setTimeout(() => connection.quit(), KEPT_IDLE_MS).unref();
    this.#kept.push({ connection, timer });
  }

  /** Learns the extensions of the next hop where they are unknown or old; resolves at once where they are known. Never rejects. */
  async refreshCapabilities(): Promise<void> {
    if (performance.now() - this.#learnedAt > CAPABILITIES_FRESH_MS) {
      this.#probing ??= this.#probe().finally(() => {
        this.#probing = null;
      });
    }
    if (this.#capabilities === null) await this.#probing;
  }

  /** Ends what is kept; what is in use ends when it is given back. */
  close(): void {
    this.#closed = true;
    for (const kept of this.#kept.splice(0)) {
      clearTimeout(kept.timer);
      kept.connection.quit();
    }
  }

  /** Closes, and breaks off what is in use: whoever waits there for a reply hears that there is none. */
  breakOff(): void {
    this.close();
    for (const connection of [...this.#open]) connection.destroy();
  }

  async #probe(): Promise<void> {
    try {
      await this.release(await this.acquire(true), 'between-transactions');
    } catch {
      // A next hop that is down is told to the sender at MAIL; until then what was known stands.
      this.#learnedAt = performance.now() - CAPABILITIES_FRESH_MS / 2;
    }
  }

  #forget(connection: Connection): void {
    this.#open.delete(connection);
    const at = this.#kept.findIndex((kept) => kept.connection === connection);
    if (at === -1) return;
    clearTimeout(this.#kept[at]?.timer);
    this.#kept.splice(at, 1);
  }
}

async function isReset(connection: Connection): Promise<boolean> {
  try {
    return (await connection.command('RSET')).code === 250;
  } catch {
    // The connection carries its own failure; there is nobody left to tell.
    return false;
  }
}
