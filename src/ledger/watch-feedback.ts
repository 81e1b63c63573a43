import { open } from 'node:fs/promises';
import { type LedgerFile, ledgerFiles } from './files.ts';
import { decodeLine } from './line.ts';
import type { FeedbackRecord } from './record.ts';

const CHUNK_BYTES = 65_536;
const LINE_END = 0x0a;

export interface FeedbackWatch {
  /** Looks now instead of at the next interval. Never throws. */
  poll(): Promise<void>;
  close(): Promise<void>;
}

export interface WatchOptions {
  readonly intervalMs?: number;
  /** Hears of files and lines that cannot be read. */
  readonly onError: (error: Error) => void;
}

/**
 * Tells of feedback that any process writes to the ledger of this folder, from now on: what is there already was told to
 * an earlier process. Each whole line is told once, in order.
 */
export async function watchFeedback(
  directory: string,
  onFeedback: (record: FeedbackRecord) => void,
  options: WatchOptions,
): Promise<FeedbackWatch> {
  const tail = new FeedbackTail(directory, onFeedback, options.onError);
  await tail.skipToEnd();
  let polling: Promise<void> | null = null;
  const poll = (): Promise<void> => {
    polling ??= tail
      .read()
      .catch((error: unknown) => options.onError(asError(error)))
      .finally(() => {
        polling = null;
      });
    return polling;
  };
  const timer = setInterval(() => void poll(), options.intervalMs ?? 1_000).unref();
  return {
    poll,
    close: async () => {
      clearInterval(timer);
      await polling;
    },
  };
}

class FeedbackTail {
  readonly #directory: string;
  readonly #onFeedback: (record: FeedbackRecord) => void;
  readonly #onError: (error: Error) => void;
  /** How far each file was told: always at the start of a line. */
  readonly #offsets = new Map<string, number>();

  constructor(
    directory: string,
    onFeedback: (record: FeedbackRecord) => void,
    onError: (error: Error) => void,
  ) {
    this.#directory = directory;
    this.#onFeedback = onFeedback;
    this.#onError = onError;
  }

  async skipToEnd(): Promise<void> {
    for (const file of await this.#files()) {
      this.#offsets.set(file.path, await this.#readFrom(file, 0, () => undefined));
    }
  }

  async read(): Promise<void> {
    const files = await this.#files();
    for (const file of files) {
      const from = this.#offsets.get(file.path) ?? 0;
      this.#offsets.set(file.path, await this.#readFrom(file, from, (line) => this.#tell(file, line)));
    }
    // A file that has gone was compressed long after its hour, so it was told to its end.
    const there = new Set(files.map((file) => file.path));
    for (const path of this.#offsets.keys()) if (!there.has(path)) this.#offsets.delete(path);
  }

  async #files(): Promise<LedgerFile[]> {
    return (await ledgerFiles(this.#directory)).filter(
      (file) => file.kind === 'feedback' && !file.compressed,
    );
  }

  /** Gives whole lines from an offset on; returns the offset behind the last of them. */
  async #readFrom(file: LedgerFile, from: number, onLine: (line: string) => void): Promise<number> {
    const handle = await open(file.path, 'r');
    try {
      const { size } = await handle.stat();
      // Smaller than what was read: it was replaced, and is read from its start.
      let told = size < from ? 0 : from;
      let pending = Buffer.alloc(0);
      for (let at = told; at < size; ) {
        const { bytesRead, buffer } = await handle.read({ buffer: Buffer.alloc(CHUNK_BYTES), position: at });
        if (bytesRead === 0) break;
        at += bytesRead;
        pending = Buffer.concat([pending, buffer.subarray(0, bytesRead)]);
        for (let end = pending.indexOf(LINE_END); end >= 0; end = pending.indexOf(LINE_END)) {
          onLine(pending.toString('utf8', 0, end));
          pending = pending.subarray(end + 1);
          told += end + 1;
        }
      }
      return told;
    } finally {
      await handle.close();
    }
  }

  #tell(file: LedgerFile, line: string): void {
    if (line === '') return;
    try {
      const record = decodeLine(line);
      if (record.kind === 'feedback') this.#onFeedback(record);
    } catch (error) {
      this.#onError(new Error(`${file.path}: ${asError(error).message}`, { cause: error }));
    }
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
