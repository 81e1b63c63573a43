import { Worker } from 'node:worker_threads';

/**
 * Milliseconds after which decoding one image is given up. The only budget here that counts time: the decoder tries every
 * three patterns that look like the corners of a code, and an image drawn for it keeps it busy for many seconds, however few
 * pixels it has. Screenshots and photographs take 20 to 150 ms, so that only such images meet it, under load as well.
 */
export const DECODING_MS = 1_500;
/** Starting the thread and loading the decoder, once; ten times what it takes. */
const STARTING_MS = 3_000;
/** Images that wait for the thread; what more messages bring at once is not searched. */
export const MOST_WAITING = 64;

/** Texts of the codes in an image; `damaged` could not be decoded, `gaveUp` took too long or came at a crowded time. */
export type Decoded = readonly string[] | 'damaged' | 'gaveUp';

/** A thread that decodes one image after the other, so that none holds up the mail. Started with the first image. */
export class QrThread {
  readonly #limit: number;
  #worker: Worker | null = null;
  #started: Worker | null = null;
  #waiting = 0;
  #tail: Promise<unknown> = Promise.resolve();

  constructor(limit = DECODING_MS) {
    this.#limit = limit;
  }

  async decode(image: Buffer): Promise<Decoded> {
    if (this.#waiting >= MOST_WAITING) return 'gaveUp';
    this.#waiting += 1;
    const turn = this.#tail.then(() => this.#run(image));
    this.#tail = turn;
    try {
      return await turn;
    } finally {
      this.#waiting -= 1;
    }
  }

  async #run(image: Buffer): Promise<Decoded> {
    this.#worker ??= new Worker(new URL(`./qr-worker${import.meta.url.slice(-3)}`, import.meta.url));
    const worker = this.#worker;
    if (worker !== this.#started) {
      if ((await this.#answer(worker, STARTING_MS)) === 'gaveUp') return 'gaveUp';
      this.#started = worker;
    }
    worker.postMessage(new Uint8Array(image));
    return this.#answer(worker, this.#limit);
  }

  /** The next message of the thread; where none comes, the thread is ended, and the next image gets a new one. */
  #answer(worker: Worker, limit: number): Promise<Decoded> {
    worker.ref();
    return new Promise((resolve) => {
      const settle = (decoded: Decoded) => {
        clearTimeout(timer);
        worker.off('message', take).off('error', replace).off('exit', replace);
        // An idle thread does not keep the process alive; one that is at work does.
        worker.unref();
        resolve(decoded);
      };
      const take = (texts: readonly string[] | null) => settle(texts ?? 'damaged');
      const replace = () => {
        this.#worker = null;
        // What an ended thread still reports is of no use, and must not end the process.
        worker.on('error', () => undefined);
        void worker.terminate();
        settle('gaveUp');
      };
      const timer = setTimeout(replace, limit);
      worker.once('message', take).once('error', replace).once('exit', replace);
    });
  }
}

/** One thread for the process: there are more messages than processors. */
export const qrThread = new QrThread();
