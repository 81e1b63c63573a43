import { closeSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** Name of a journal: process that writes it. */
const JOURNAL_FILE = /^inflight\.(\d+)$/;
/** Bytes of SHA-256: one slot. */
const SLOT = 32;
const EMPTY = Buffer.alloc(SLOT);
/** Written when the journal is opened, so that a disk that fills up later does not stop it; more are added as they are needed. */
const FIRST_SLOTS = 128;

/**
 * Which messages are being inspected, in a file that outlives the process: native code that crashes takes the process along,
 * and the next one must know whom to suspect. Written without fsync: it has to survive the process, not the machine.
 */
export class Journal {
  readonly #path: string;
  readonly #onError: (error: unknown) => void;
  readonly #free: number[] = [];
  #slots = FIRST_SLOTS;
  #file: number | null = null;

  private constructor(path: string, onError: (error: unknown) => void) {
    this.#path = path;
    this.#onError = onError;
    for (let slot = FIRST_SLOTS - 1; slot >= 0; slot -= 1) this.#free.push(slot);
  }

  /**
   * Opens the journal of this process in `directory`, and gives the digests (hex) that processes which are no more left in
   * theirs. A journal that cannot be written is told to `onError`, and mail goes on without it.
   */
  static open(
    directory: string,
    onError: (error: unknown) => void,
  ): { journal: Journal; left: readonly string[] } {
    const left = new Set<string>();
    for (const name of readdirSync(directory)) {
      const owner = Number(JOURNAL_FILE.exec(name)?.[1] ?? Number.NaN);
      // One of our own number is from a former life: in a container every process is number 1.
      if (Number.isNaN(owner) || (owner !== process.pid && isRunning(owner))) continue;
      const path = join(directory, name);
      for (const digest of digestsIn(readFileSync(path))) left.add(digest);
      rmSync(path);
    }
    const journal = new Journal(join(directory, `inflight.${process.pid}`), onError);
    journal.#create();
    return { journal, left: [...left] };
  }

  /** Notes a message; the function that it gives strikes it out again. */
  enter(digest: string): () => void {
    const slot = this.#free.pop() ?? this.#slots++;
    this.#write(Buffer.from(digest, 'hex'), slot);
    return () => {
      this.#write(EMPTY, slot);
      this.#free.push(slot);
    };
  }

  close(): void {
    if (this.#file === null) return;
    closeSync(this.#file);
    this.#file = null;
    rmSync(this.#path, { force: true });
  }

  #create(): void {
    try {
      this.#file = openSync(this.#path, 'w', 0o600);
      writeSync(this.#file, Buffer.alloc(FIRST_SLOTS * SLOT), 0, FIRST_SLOTS * SLOT, 0);
    } catch (error) {
      this.#onError(error);
    }
  }

  #write(bytes: Buffer, slot: number): void {
    if (this.#file === null) return;
    try {
      writeSync(this.#file, bytes, 0, SLOT, slot * SLOT);
    } catch (error) {
      this.#onError(error);
    }
  }
}

function digestsIn(bytes: Buffer): string[] {
  const digests: string[] = [];
  for (let at = 0; at + SLOT <= bytes.length; at += SLOT) {
    const digest = bytes.subarray(at, at + SLOT);
    if (!digest.equals(EMPTY)) digests.push(digest.toString('hex'));
  }
  return digests;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
