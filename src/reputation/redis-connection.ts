import { Redis } from 'ioredis';
import { EvidenceFailure } from '../evidence/evidence.ts';
import type { RedisAddress } from './redis-address.ts';

/** Between two tries to connect: soon at first, and then so seldom that nobody notices, for ever. */
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2_000;
/** So that gates that lost the server together do not come back together. */
const JITTER_MS = 200;

/** A host that does not take the connection within this is not there. */
const CONNECT_MS = 2_000;

/** What is not closed by the server within this is closed by us. */
const DISCONNECT_MS = 100;

/** A server that accepted the connection and does not say who it is within this hangs. */
const HANDSHAKE_MS = 5_000;

/** Between two greetings of a server that does not want us: somebody has to change something first. */
const GREET_AGAIN_MS = 1_000;

/** What is written waits so long for the connection, and then for its answer: nobody waits for it, so it may take longer than a question. */
const PATIENCE_MS = 2_000;

const CLOSED = 'the connection was closed';

export interface RedisConnectionOptions {
  readonly address: RedisAddress;
  /** For one question. */
  readonly timeoutMs: number;
  /** Said first on every connection; where it is refused, nothing else is. */
  readonly greet: (redis: Redis) => Promise<unknown>;
  /** What an error of the server means; null where it says so itself. */
  readonly explain: (message: string) => string | null;
  /** Hears when the server is gone, hangs or refuses us, in words for people. */
  readonly onAway: (fault: Error) => void;
  /** Hears when it is there again. */
  readonly onBack: () => void;
}

type Question<T> = (redis: Redis) => Promise<T>;

/** One connection to a Redis server, so that it answers in the order of the questions. It is made again whenever it is lost. */
export class RedisConnection {
  readonly #options: RedisConnectionOptions;
  readonly #redis: Redis;
  /** Counts connections: an answer that belongs to an earlier one comes too late. */
  #epoch = 0;
  #isReady = false;
  #wasAway = false;
  #isClosed = false;
  /** Why there is none. */
  #away: EvidenceFailure;
  /** What went wrong between connecting and being ready: ioredis goes on in database 0 where ours cannot be selected. */
  #handshakeFault: string | null = null;
  /** Nobody knows yet whether the server is there: the first connection is being made. */
  #isUndecided = true;
  /** What is sent as soon as there is a connection; `first`: or fails where the first one does. */
  readonly #patient = new Map<() => void, 'first' | 'any'>();

  constructor(options: RedisConnectionOptions) {
    this.#options = options;
    this.#away = this.#failure('unavailable', 'not connected yet');
    this.#redis = new Redis({
      ...options.address.options,
      connectTimeout: CONNECT_MS,
      disconnectTimeout: DISCONNECT_MS,
      commandTimeout: Math.max(HANDSHAKE_MS, 2 * options.timeoutMs),
      // What is not answered is told at once, and sent again by who knows whether that is right.
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      disableClientInfo: true,
      retryStrategy: (times) =>
        Math.min(FIRST_PAUSE_MS * 2 ** (times - 1), LONGEST_PAUSE_MS) + Math.random() * JITTER_MS,
    });
    this.#redis.on('connect', () => {
      this.#handshakeFault = null;
    });
    this.#redis.on('ready', () => this.#greet(this.#epoch));
    this.#redis.on('error', (error: Error) => this.#lost(wordsOf(error)));
    this.#redis.on('close', () => this.#lost(CLOSED));
  }

  /**
   * Asks now. Rejects with an EvidenceFailure: at once where there is no connection, and after `timeoutMs` where no answer comes. Only
   * the first connection is waited for: a command asks as soon as it starts.
   */
  ask<T>(question: Question<T>): Promise<T> {
    if (this.#isReady) return this.#answer(question, this.#options.timeoutMs);
    return this.#isUndecided ? this.#wait('first', question) : Promise.reject(this.#away);
  }

  /** The same for who has time: waits for any connection. */
  askPatiently<T>(question: Question<T>): Promise<T> {
    if (this.#isReady) return this.#answer(question, this.#patienceMs);
    return this.#isClosed ? Promise.reject(this.#away) : this.#wait('any', question);
  }

  close(): void {
    this.#isClosed = true;
    this.#isReady = false;
    this.#away = this.#failure('unavailable', 'closed');
    this.#isUndecided = false;
    this.#sendPatient('first', 'any');
    this.#redis.disconnect();
  }

  get #patienceMs(): number {
    return Math.max(PATIENCE_MS, this.#options.timeoutMs);
  }

  #wait<T>(what: 'first' | 'any', question: Question<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const send = () => {
        clearTimeout(timer);
        this.#patient.delete(send);
        const answer = this.#isReady ? this.#answer(question, this.#patienceMs) : Promise.reject(this.#away);
        answer.then(resolve, reject);
      };
      const timer = setTimeout(send, PATIENCE_MS);
      this.#patient.set(send, what);
    });
  }

  #sendPatient(...whats: readonly ('first' | 'any')[]): void {
    for (const [send, what] of this.#patient) if (whats.includes(what)) send();
  }

  #answer<T>(question: Question<T>, limitMs: number): Promise<T> {
    const epoch = this.#epoch;
    return new Promise((resolve, reject) => {
      let late: NodeJS.Immediate | undefined;
      const timer = setTimeout(() => {
        // A thread that was busy has not looked at its sockets: what came meanwhile is read before this.
        late = setImmediate(() => {
          if (epoch === this.#epoch) this.#hangs(limitMs);
          reject(this.#away);
        });
      }, limitMs);
      const settle = (then: () => void) => {
        clearTimeout(timer);
        clearImmediate(late);
        // What was asked after a question that got no answer must not be answered either: see the order that is promised.
        if (epoch === this.#epoch) then();
        else reject(this.#away);
      };
      question(this.#redis).then(
        (answer) => settle(() => resolve(answer)),
        (error: unknown) => settle(() => reject(this.#refusal(error))),
      );
    });
  }

  /** Gives the connection up: everything behind the question waits, too, and nothing more is to wait. */
  #hangs(limitMs: number): void {
    this.#isReady = false;
    this.#epoch += 1;
    this.#isAway(this.#failure('timedOut', `no answer in ${limitMs} ms`));
    this.#redis.disconnect(true);
    this.#redis.stream.destroy();
  }

  #greet(epoch: number): void {
    const again = () => {
      if (epoch === this.#epoch && !this.#isClosed) this.#greet(epoch);
    };
    const greeted =
      this.#handshakeFault === null
        ? this.#options.greet(this.#redis)
        : Promise.reject(new Error(this.#handshakeFault));
    greeted.then(
      () => {
        if (epoch !== this.#epoch || this.#isClosed) return;
        this.#isReady = true;
        this.#isUndecided = false;
        this.#sendPatient('first', 'any');
        if (this.#wasAway) this.#options.onBack();
        this.#wasAway = false;
      },
      (error: unknown) => {
        if (epoch !== this.#epoch || this.#isClosed) return;
        this.#isAway(this.#refusal(error));
        setTimeout(again, GREET_AGAIN_MS);
      },
    );
  }

  #lost(why: string): void {
    if (this.#isClosed) return;
    this.#isReady = false;
    this.#epoch += 1;
    if (this.#redis.status === 'connect') this.#handshakeFault = why;
    // The close that we brought about ourselves, and a handshake without an answer, say less than what is known already.
    if (this.#wasAway && (why === CLOSED || why === 'Command timed out')) return;
    this.#isAway(this.#failure('unavailable', `not connected (${why})`));
  }

  #isAway(failure: EvidenceFailure): void {
    this.#wasAway = true;
    this.#isUndecided = false;
    this.#away = failure;
    this.#sendPatient('first');
    this.#options.onAway(failure);
  }

  /** What the server said. Only its words: errors of ioredis carry what was sent, the password with it. */
  #refusal(error: unknown): EvidenceFailure {
    const message = wordsOf(error);
    // The other side has closed, and the event that says so is still to come.
    if (this.#redis.status !== 'ready' || message.startsWith('Stream isn')) {
      this.#lost(CLOSED);
      return this.#away;
    }
    // A server that became a replica stays one; the name may lead to another one by now.
    if (message.startsWith('READONLY')) this.#redis.disconnect(true);
    return this.#failure('unavailable', this.#options.explain(message) ?? message);
  }

  #failure(reason: EvidenceFailure['reason'], what: string): EvidenceFailure {
    return new EvidenceFailure(reason, `${this.#options.address.name}: ${what}`);
  }
}

function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Where a name has several addresses, Node says nothing but a code of all of them together.
  return error.message === '' && 'code' in error ? String(error.code) : error.message;
}
