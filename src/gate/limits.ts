import { LRUCache } from 'lru-cache';
import type { GateConfig } from '../config/schema.ts';
import { GateError } from './gate-error.ts';
import { reply } from './reply.ts';

/** Clients whose rate we remember; those that are forgotten begin with a full allowance. About 10 MB. */
const CLIENTS_REMEMBERED = 100_000;
const MINUTE_MS = 60_000;

interface Allowance {
  left: number;
  at: number;
}

/** Counts connections and the rate of messages, and says 4xx before they cost us anything. Times are of a monotonic clock. */
export class ClientLimits {
  readonly #limits: GateConfig['limits'];
  readonly #connections = new Map<string, number>();
  readonly #allowances = new LRUCache<string, Allowance>({ max: CLIENTS_REMEMBERED });
  #total = 0;

  constructor(limits: GateConfig['limits']) {
    this.#limits = limits;
  }

  get connections(): number {
    return this.#total;
  }

  /**
   * Counts a connection, and gives what uncounts it. A forwarder speaks for many clients, so the limit per client is not for it.
   * Throws a GateError with 421.
   */
  connect(ip: string, isForwarder: boolean): () => void {
    const own = this.#connections.get(ip) ?? 0;
    if (this.#total >= this.#limits.connections) throw tooMany(`${this.#total} connections`);
    if (!isForwarder && own >= this.#limits.connectionsPerClient)
      throw tooMany(`${own} connections of ${ip}`);
    this.#total += 1;
    this.#connections.set(ip, own + 1);
    return once(() => {
      this.#total -= 1;
      const left = (this.#connections.get(ip) ?? 1) - 1;
      if (left === 0) this.#connections.delete(ip);
      else this.#connections.set(ip, left);
    });
  }

  /** Counts a message of a client: a token bucket that fills evenly within a minute. Throws a GateError with 451. */
  message(ip: string, now: number): void {
    const capacity = this.#limits.messagesPerClientPerMinute;
    const allowance = this.#allowances.get(ip) ?? { left: capacity, at: now };
    const refilled = allowance.left + ((now - allowance.at) / MINUTE_MS) * capacity;
    const left = Math.min(capacity, refilled) - 1;
    if (left < 0) {
      throw new GateError(reply(451, '4.7.1', 'Too many messages, try again later'), 'rate', `rate of ${ip}`);
    }
    this.#allowances.set(ip, { left, at: now });
  }
}

interface Waiting {
  readonly bytes: number;
  readonly enter: () => void;
}

/**
 * How many messages, and how many bytes of them, are inspected at once. Who comes later waits in line: a large message waits for
 * room and is not overtaken. When as many wait as are inside, new ones are turned away before they send anything.
 */
export class Admission {
  readonly #messages: number;
  readonly #bytes: number;
  readonly #line: Waiting[] = [];
  #messagesIn = 0;
  #bytesIn = 0;

  constructor(messages: number, bytes: number) {
    this.#messages = messages;
    this.#bytes = bytes;
  }

  /** Throws a GateError with 451 4.3.2 where the line is full. */
  checkRoom(): void {
    if (this.#line.length < this.#messages) return;
    throw new GateError(
      reply(451, '4.3.2', 'Too busy, try again later'),
      'overload',
      `${this.#line.length} messages wait`,
    );
  }

  /** Waits for room for a message of `bytes`; gives what makes the room free again. One that is larger than all room gets all of it. */
  async enter(bytes: number): Promise<() => void> {
    const needed = Math.min(bytes, this.#bytes);
    await new Promise<void>((enter) => {
      this.#line.push({ bytes: needed, enter });
      this.#advance();
    });
    return once(() => {
      this.#messagesIn -= 1;
      this.#bytesIn -= needed;
      this.#advance();
    });
  }

  #advance(): void {
    for (let first = this.#line[0]; first !== undefined && this.#hasRoom(first); first = this.#line[0]) {
      this.#line.shift();
      this.#messagesIn += 1;
      this.#bytesIn += first.bytes;
      first.enter();
    }
  }

  #hasRoom(waiting: Waiting): boolean {
    return this.#messagesIn < this.#messages && this.#bytesIn + waiting.bytes <= this.#bytes;
  }
}

function tooMany(detail: string): GateError {
  return new GateError(reply(421, '4.7.0', 'Too many connections, try again later'), 'connections', detail);
}

function once(action: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    action();
  };
}
