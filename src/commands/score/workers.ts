import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { MailSource } from '../../mail/files.ts';
import type { JudgeSetup } from './judge.ts';
import type { Row } from './row.ts';

/** Messages handed to one worker at a time: enough that it never waits for us, few enough to bound memory. */
const WINDOW_PER_WORKER = 8;

/** Judges on all cores; rows come in input order. A worker that dies costs the messages it had, each a row with the error. */
export async function* scoreAcrossWorkers(
  sources: AsyncIterable<MailSource>,
  setup: JudgeSetup,
): AsyncGenerator<Row> {
  const workers = Array.from({ length: availableParallelism() }, () => new ScoreWorker(setup));
  const waiting: Promise<Row>[] = [];
  try {
    // A configuration or model that cannot be used is one error, not one per message.
    await Promise.all(workers.map((worker) => worker.ready()));
    for await (const source of sources) {
      waiting.push(leastBusy(workers).score(source));
      if (waiting.length >= workers.length * WINDOW_PER_WORKER) yield await first(waiting);
    }
    while (waiting.length > 0) yield await first(waiting);
  } finally {
    await Promise.all(workers.map((worker) => worker.close()));
  }
}

function first(waiting: Promise<Row>[]): Promise<Row> {
  const row = waiting.shift();
  if (row === undefined) throw new Error('no row is waited for');
  return row;
}

function leastBusy(workers: readonly ScoreWorker[]): ScoreWorker {
  return workers.reduce((best, worker) => (worker.busy < best.busy ? worker : best));
}

/** What the thread says: once that it is ready, then a row per source. */
export type FromWorker = { readonly ready: true } | { readonly number: number; readonly row: Row };

interface Pending {
  readonly path: string;
  readonly resolve: (row: Row) => void;
}

/** One thread with instruments of its own. */
class ScoreWorker {
  readonly #setup: JudgeSetup;
  readonly #pending = new Map<number, Pending>();
  #worker: Worker;
  #ready = Promise.withResolvers<void>();
  #wasReady = false;
  #next = 0;

  constructor(setup: JudgeSetup) {
    this.#setup = setup;
    this.#worker = this.#start();
  }

  get busy(): number {
    return this.#pending.size;
  }

  /** Resolves when the thread has its instruments, rejects when it cannot have them. */
  ready(): Promise<void> {
    return this.#ready.promise;
  }

  score(source: MailSource): Promise<Row> {
    const number = this.#next++;
    return new Promise((resolve) => {
      this.#pending.set(number, { path: source.label, resolve });
      this.#worker.postMessage({ number, source });
    });
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #start(): Worker {
    const worker = new Worker(new URL(`./worker${import.meta.url.slice(-3)}`, import.meta.url), {
      workerData: this.#setup,
    });
    worker.on('message', (message: FromWorker) => {
      if ('ready' in message) {
        this.#wasReady = true;
        this.#ready.resolve();
      } else this.#settle(message.number, message.row);
    });
    worker.on('error', (error: Error) => {
      this.#ready.reject(error);
      this.#replace(error);
    });
    return worker;
  }

  #settle(number: number, row: Row): void {
    this.#pending.get(number)?.resolve(row);
    this.#pending.delete(number);
  }

  #replace(error: Error): void {
    if (!this.#wasReady) return;
    for (const [number, { path }] of [...this.#pending]) {
      this.#settle(number, { path, error: `the worker that judged it died: ${error.message}` });
    }
    this.#worker = this.#start();
  }
}
