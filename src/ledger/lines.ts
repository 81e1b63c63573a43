import { createReadStream } from 'node:fs';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { LedgerFile } from './files.ts';

/** A decision with a thousand recipients and all budgets full is under 2 MB; a longer line is damage, not a record. */
export const LINE_BYTES = 16 * 1024 * 1024;

const LINE_END = 0x0a;

/** A line of a file, or why it (or the rest of the file) cannot be had. */
export type Line =
  | { readonly number: number; readonly text: string }
  | { readonly number: number; readonly problem: string };

/** The lines of a ledger file without their line ends; empty ones are left out. A file that just went is its `.gz`. */
export async function* readLines(file: LedgerFile): AsyncGenerator<Line> {
  const splitter = new LineSplitter();
  try {
    for await (const chunk of bytesOf(file.path, file.compressed)) yield* splitter.push(chunk);
  } catch (error) {
    if (!isMissing(error)) {
      yield { number: splitter.number, problem: `cannot be read further: ${messageOf(error)}` };
      return;
    }
    // Compressed, or past its retention, since the folder was read.
    if (!file.compressed) yield* readLines({ ...file, path: `${file.path}.gz`, compressed: true });
    return;
  }
  yield* splitter.end();
}

/** Splits bytes at LF, however they are cut into chunks. */
export class LineSplitter {
  #number = 1;
  #parts: Buffer[] = [];
  #length = 0;
  readonly #limit: number;

  constructor(limit: number = LINE_BYTES) {
    this.#limit = limit;
  }

  /** Number of the line that is being read, from 1. */
  get number(): number {
    return this.#number;
  }

  *push(chunk: Buffer): Generator<Line> {
    let start = 0;
    for (let end = chunk.indexOf(LINE_END); end >= 0; end = chunk.indexOf(LINE_END, start)) {
      this.#keep(chunk.subarray(start, end));
      yield* this.end();
      start = end + 1;
    }
    this.#keep(chunk.subarray(start));
  }

  /** The line that has been read so far. */
  *end(): Generator<Line> {
    const number = this.#number;
    const length = this.#length;
    const text = Buffer.concat(this.#parts).toString('utf8');
    this.#number += 1;
    this.#parts = [];
    this.#length = 0;
    if (length > this.#limit) yield { number, problem: `is longer than ${this.#limit} bytes` };
    else if (length > 0) yield { number, text };
  }

  #keep(part: Buffer): void {
    this.#length += part.length;
    if (this.#length > this.#limit) this.#parts = [];
    else if (part.length > 0) this.#parts.push(part);
  }
}

function bytesOf(path: string, compressed: boolean): Readable {
  const stream = createReadStream(path);
  // The callback form tells the reader of the last stream of an error in the first; the reader's loop throws it.
  return compressed ? pipeline(stream, createGunzip(), () => undefined) : stream;
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
