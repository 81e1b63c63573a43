import type { Mail } from '../mail/mail.ts';
import { type Answer, type Death, Lane, type LaneOptions, type Readiness } from './lane.ts';

export interface PoolOptions extends LaneOptions {
  readonly workers: number;
  /** Hears of each worker that ended. */
  readonly onDeath: (death: Death) => void;
}

/** After a worker that never became ready the next one is started so much later, doubled each time. */
const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 30_000;

interface Waiting {
  readonly mail: Mail;
  readonly timer: NodeJS.Timeout;
  readonly resolve: (answer: Answer | Promise<Answer>) => void;
}

/** Workers that share the mail. One that ends is replaced; messages it had are answered `died`, the others wait or go on. */
export class Pool {
  readonly #options: PoolOptions;
  readonly #lanes = new Set<Lane>();
  readonly #queue: Waiting[] = [];
  readonly #delayed = new Set<NodeJS.Timeout>();
  #isClosed = false;
  #failedStarts = 0;

  private constructor(options: PoolOptions) {
    this.#options = options;
  }

  /** Resolves when one worker can take mail; rejects, with nothing left running, where none can be started. */
  static async open(options: PoolOptions): Promise<{ pool: Pool; readiness: Readiness }> {
    const pool = new Pool(options);
    const lanes = Array.from({ length: options.workers }, () => pool.#start());
    try {
      return { pool, readiness: await Promise.any(lanes.map((lane) => lane.ready)) };
    } catch (error) {
      await pool.close();
      throw error instanceof AggregateError ? error.errors[0] : error;
    }
  }

  get workers(): { readonly ready: number; readonly busy: number } {
    const ready = [...this.#lanes].filter((lane) => lane.isReady);
    return { ready: ready.length, busy: ready.filter((lane) => lane.busy > 0).length };
  }

  /** Inspects a message, waiting for a worker where all are full or away, though not longer than a message may take. */
  run(mail: Mail): Promise<Answer> {
    const limit = this.#options.config.inspection.messageTimeoutMs;
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#queue.splice(this.#queue.indexOf(waiting), 1);
        resolve({ kind: 'failed', step: null, detail: `no inspection worker within ${limit} ms` });
      }, limit);
      const waiting: Waiting = { mail, resolve, timer };
      this.#queue.push(waiting);
      this.#serve();
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const timer of this.#delayed) clearTimeout(timer);
    const closed: Answer = { kind: 'failed', step: null, detail: 'inspection is closing' };
    for (const { resolve, timer } of this.#queue.splice(0)) {
      clearTimeout(timer);
      resolve(closed);
    }
    await Promise.all([...this.#lanes].map((lane) => lane.close()));
  }

  #serve(): void {
    for (let lane = this.#freest(); lane !== null; lane = this.#freest()) {
      const next = this.#queue.shift();
      if (next === undefined) return;
      clearTimeout(next.timer);
      const answer = lane.run(next.mail);
      next.resolve(answer);
      void answer.then(() => this.#serve());
    }
  }

  #freest(): Lane | null {
    let freest: Lane | null = null;
    for (const lane of this.#lanes) {
      if (lane.isReady && (freest === null || lane.busy < freest.busy)) freest = lane;
    }
    const room = this.#options.config.inspection.messagesPerWorker;
    return freest !== null && freest.busy < room ? freest : null;
  }

  #start(): Lane {
    const lane = new Lane(this.#options);
    this.#lanes.add(lane);
    lane.ready.then(
      () => {
        this.#failedStarts = 0;
        this.#serve();
      },
      () => undefined,
    );
    void this.#replaceWhenDead(lane);
    return lane;
  }

  async #replaceWhenDead(lane: Lane): Promise<void> {
    const death = await lane.died;
    if (this.#isClosed) return;
    this.#lanes.delete(lane);
    this.#options.onDeath(death);
    if (death.wasReady) {
      this.#start();
      return;
    }
    const ms = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** this.#failedStarts);
    this.#failedStarts += 1;
    const timer = setTimeout(() => {
      this.#delayed.delete(timer);
      this.#start();
    }, ms).unref();
    this.#delayed.add(timer);
  }
}
