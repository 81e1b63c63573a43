import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config/schema.ts';
import { faultPoint } from '../faults.ts';
import type { Logger } from '../observe/log.ts';
import type { Metrics } from '../observe/metrics.ts';
import { fileName, tidyFiles } from './files.ts';
import { encodeLine } from './line.ts';
import type { LedgerRecord, RecordKind } from './record.ts';

const DAY_MS = 86_400_000;

/** How often closed hours are looked for. */
const TIDY_EVERY_MS = 60_000;

/** How soon a disk that took nothing is tried again. */
const RETRY_MS = 1_000;

/** What may wait for a disk that hangs or is full: some ten thousand decisions. Beyond it records are counted as lost. */
export const MAX_WAITING_CHARACTERS = 64 * 1024 * 1024;

const LINE_END = 0x0a;

/** The append-only record of what was decided and said. */
export interface Ledger {
  /**
   * True once the operating system has the line; false where it will never be written (counted and logged). Where the disk takes
   * nothing, a decision waits for it in memory; the others do not, since a person waits for the answer. Never throws.
   */
  append(record: LedgerRecord): Promise<boolean>;
  /** Compresses hours that are closed, and removes what is past the retention. Runs by itself; never throws. */
  tidy(): Promise<void>;
  /** Everything appended is written, or lost and counted: what waits for the disk gets one more try. */
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
  await mkdir(config.directory, { recursive: true, mode: 0o700 });
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
  /** Set while the disk takes nothing. */
  #retry: NodeJS.Timeout | null = null;
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
      if (this.#retry === null) this.#writing ??= this.#writeAll();
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
    this.#goOn();
    await this.#writing;
    for (const one of this.#take(() => true)) this.#drop(one, new Error('the ledger is closed'));
    await this.#tidying;
    for (const kind of [...this.#files.keys()]) await this.#closeFile(kind);
  }

  /** One at a time: whatever came while one batch was written is the next. Ends early where the disk takes no decisions. */
  async #writeAll(): Promise<void> {
    for (let goes = true; goes && this.#waiting.length > 0; ) {
      for (const kind of ['decision', 'feedback', 'audit'] as const) {
        const batch = this.#take((one) => one.kind === kind);
        const { written, error } = await this.#writeBatch(kind, batch);
        for (const one of batch.slice(0, written)) this.#settle(one, true);
        if (error === null) continue;
        const left = batch.slice(written);
        if (kind !== 'decision') for (const one of left) this.#drop(one, error);
        else {
          this.#waiting = [...left, ...this.#waiting];
          goes = false;
          this.#wait(error);
        }
      }
    }
    this.#writing = null;
  }

  #wait(error: unknown): void {
    this.#log.error({
      event: 'ledger_waits',
      path: this.#config.directory,
      records: this.#waiting.length,
      err: error,
    });
    if (this.#closed) return;
    this.#retry = setTimeout(() => this.#goOn(), RETRY_MS).unref();
  }

  #goOn(): void {
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#retry = null;
    if (this.#waiting.length > 0) this.#writing ??= this.#writeAll();
  }

  #take(wanted: (one: Waiting) => boolean): Waiting[] {
    const taken = this.#waiting.filter(wanted);
    this.#waiting = this.#waiting.filter((one) => !wanted(one));
    return taken;
  }

  #settle(one: Waiting, written: boolean): void {
    this.#waitingCharacters -= one.line.length;
    one.settle(written);
  }

  #drop(one: Waiting, error: unknown): void {
    this.#fail(error, 1);
    this.#settle(one, false);
  }

  /** Tells how many lines are whole in the file. Of a line that is not, a part may be there, too: the reader names it. */
  async #writeBatch(
    kind: RecordKind,
    batch: readonly Waiting[],
  ): Promise<{ written: number; error: unknown }> {
    let bytesWritten = 0;
    try {
      if (batch.length === 0) return { written: 0, error: null };
      const file = await this.#fileFor(kind);
      faultPoint('ledger:begun');
      const bytes = Buffer.from(batch.map((one) => one.line).join(''));
      while (bytesWritten < bytes.length)
        bytesWritten += (await file.write(bytes, bytesWritten)).bytesWritten;
      faultPoint('ledger:appended');
      return { written: batch.length, error: null };
    } catch (error) {
      // Opening it again looks for the part of a line, and ends it.
      await this.#closeFile(kind).catch((second: unknown) =>
        this.#log.error({ event: 'ledger_not_closed', err: second }),
      );
      return { written: wholeLines(batch, bytesWritten), error };
    }
  }

  async #fileFor(kind: RecordKind): Promise<FileHandle> {
    const name = fileName(kind, this.#now());
    const current = this.#files.get(kind);
    if (current?.name === name) return current.handle;
    await this.#closeFile(kind);
    const handle = await openForAppending(join(this.#config.directory, name));
    faultPoint('ledger:opened');
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

/** How many lines from the first on are within so many bytes. */
function wholeLines(lines: readonly Waiting[], bytes: number): number {
  let end = 0;
  const cut = lines.findIndex(({ line }) => {
    end += Buffer.byteLength(line);
    return end > bytes;
  });
  return cut === -1 ? lines.length : cut;
}

/** Ends a line that a crash cut short, so that the next one is readable; the reader reports the torn one. */
async function openForAppending(path: string): Promise<FileHandle> {
  const file = await open(path, 'a+', 0o600);
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
