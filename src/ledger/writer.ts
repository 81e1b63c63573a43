import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config/schema.ts';
import type { Logger } from '../observe/log.ts';
import type { Metrics } from '../observe/metrics.ts';
import { fileName, tidyFiles } from './files.ts';
import { encodeLine } from './line.ts';
import type { LedgerRecord, RecordKind } from './record.ts';

const DAY_MS = 86_400_000;

/** How often closed hours are looked for. */
const TIDY_EVERY_MS = 60_000;

/** What may wait for a disk that hangs: some ten thousand decisions. Beyond it records are counted as lost. */
export const MAX_WAITING_CHARACTERS = 64 * 1024 * 1024;

const LINE_END = 0x0a;

/** The append-only record of what was decided and said. */
export interface Ledger {
  /** True once the operating system has the line; false where it could not be written (counted and logged). Never throws. */
  append(record: LedgerRecord): Promise<boolean>;
  /** Compresses hours that are closed, and removes what is past the retention. Runs by itself; never throws. */
  tidy(): Promise<void>;
  /** Everything appended is written. */
  close(): Promise<void>;
}

interface Waiting {
  readonly kind: RecordKind;
  readonly line: string;
  readonly settle: (written: boolean) => void;
}

/** Opens the folder for appending. Throws where it cannot be made. */
export async function openLedger(
  config: Config['ledger'],
  metrics: Metrics,
  log: Logger,
  now: () => Date = () => new Date(),
): Promise<Ledger> {
  await mkdir(config.directory, { recursive: true });
  const ledger = new FileLedger(config, metrics, log, now);
  await ledger.tidy();
  return ledger;
}

class FileLedger implements Ledger {
  readonly #config: Config['ledger'];
  readonly #metrics: Metrics;
  readonly #log: Logger;
  readonly #now: () => Date;
  readonly #timer: NodeJS.Timeout;
  readonly #files = new Map<RecordKind, { readonly name: string; readonly handle: FileHandle }>();
  #waiting: Waiting[] = [];
  #waitingCharacters = 0;
  #writing: Promise<void> | null = null;
  #tidying: Promise<void> | null = null;
  #closed = false;

  constructor(config: Config['ledger'], metrics: Metrics, log: Logger, now: () => Date) {
    this.#config = config;
    this.#metrics = metrics;
    this.#log = log;
    this.#now = now;
    this.#timer = setInterval(() => void this.tidy(), TIDY_EVERY_MS).unref();
  }

  append(record: LedgerRecord): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    try {
      const line = encodeLine(record);
      if (this.#closed) throw new Error('the ledger is closed');
      if (this.#waitingCharacters + line.length > MAX_WAITING_CHARACTERS)
        throw new Error('too much waits for the disk');
      this.#waitingCharacters += line.length;
      this.#waiting.push({ kind: record.kind, line, settle: resolve });
      this.#writing ??= this.#writeAll();
    } catch (error) {
      this.#fail(error, 1);
      resolve(false);
    }
    return promise;
  }

  tidy(): Promise<void> {
    this.#tidying ??= tidyFiles(this.#config.directory, this.#now(), this.#config.retentionDays * DAY_MS)
      .catch((error: unknown) => this.#log.error({ event: 'ledger_not_tidied', err: error }))
      .finally(() => {
        this.#tidying = null;
      });
    return this.#tidying;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    await this.#writing;
    await this.#tidying;
    for (const kind of [...this.#files.keys()]) await this.#closeFile(kind);
  }

  /** One at a time: whatever came while one batch was written is the next. */
  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      this.#waitingCharacters = 0;
      for (const kind of ['decision', 'feedback'] as const) {
        await this.#writeBatch(
          kind,
          batch.filter((one) => one.kind === kind),
        );
      }
    }
    this.#writing = null;
  }

  async #writeBatch(kind: RecordKind, batch: readonly Waiting[]): Promise<void> {
    if (batch.length === 0) return;
    let written = true;
    try {
      const file = await this.#fileFor(kind);
      await file.appendFile(batch.map((one) => one.line).join(''));
    } catch (error) {
      written = false;
      this.#fail(error, batch.length);
      // Part of a line may be there. Opening it again looks, and ends it.
      await this.#closeFile(kind).catch((second: unknown) =>
        this.#log.error({ event: 'ledger_not_closed', err: second }),
      );
    }
    for (const one of batch) one.settle(written);
  }

  async #fileFor(kind: RecordKind): Promise<FileHandle> {
    const name = fileName(kind, this.#now());
    const current = this.#files.get(kind);
    if (current?.name === name) return current.handle;
    await this.#closeFile(kind);
    const handle = await openForAppending(join(this.#config.directory, name));
    this.#files.set(kind, { name, handle });
    return handle;
  }

  async #closeFile(kind: RecordKind): Promise<void> {
    const file = this.#files.get(kind);
    this.#files.delete(kind);
    await file?.handle.close();
  }

  #fail(error: unknown, records: number): void {
    this.#metrics.ledgerFailures.inc(records);
    this.#log.error({ event: 'ledger_not_written', records, err: error });
  }
}

/** Ends a line that a crash cut short, so that the next one is readable; the reader reports the torn one. */
async function openForAppending(path: string): Promise<FileHandle> {
  const file = await open(path, 'a+', 0o640);
  try {
    const { size } = await file.stat();
    if (size === 0) return file;
    const { buffer } = await file.read({ buffer: Buffer.alloc(1), position: size - 1 });
    if (buffer[0] !== LINE_END) await file.appendFile('\n');
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}
