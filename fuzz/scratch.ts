import { closeSync, openSync, readSync, writeSync } from 'node:fs';

/** Number of the input, its length, then the input itself. */
const HEAD = 12;

/**
 * A file with the input that is being read, written before each. When the process that reads hangs or dies, the other one
 * still knows what with; and a number that stands still is a hang.
 */
export class Scratch {
  readonly #file: number;
  readonly #record: Buffer;
  #number = 0;

  constructor(path: string, maxBytes: number) {
    this.#file = openSync(path, 'w');
    this.#record = Buffer.alloc(HEAD + maxBytes);
  }

  begin(input: Buffer): void {
    this.#number += 1;
    this.#record.writeDoubleLE(this.#number, 0);
    this.#record.writeUInt32LE(input.length, 8);
    const length = HEAD + input.copy(this.#record, HEAD);
    writeSync(this.#file, this.#record, 0, length, 0);
  }

  close(): void {
    closeSync(this.#file);
  }
}

export interface Running {
  /** 0 before the first input. */
  readonly number: number;
  readonly input: Buffer;
}

/** What the other process is at. */
export function readScratch(path: string): Running {
  const file = openSync(path, 'r');
  try {
    const head = Buffer.alloc(HEAD);
    if (readSync(file, head, 0, HEAD, 0) < HEAD) return { number: 0, input: Buffer.alloc(0) };
    const input = Buffer.alloc(head.readUInt32LE(8));
    readSync(file, input, 0, input.length, HEAD);
    return { number: head.readDoubleLE(0), input };
  } finally {
    closeSync(file);
  }
}
