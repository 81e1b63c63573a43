import { type FileHandle, mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { faultPoint } from '../faults.ts';
import { bufferContent, fileContent } from '../mail/content.ts';
import type { Content, WireFacts } from '../mail/mail.ts';
import { asStorageError } from '../storage-error.ts';
import { GateError } from './gate-error.ts';
import { LineEnds } from './line-ends.ts';
import { reply } from './reply.ts';

/** Name of a spool file: id of the mail, process that writes it. */
const SPOOL_FILE = /^[0-9A-Z]+\.(\d+)\.spool$/;

/** Chunks may be a few bytes each; the file gets them in pieces of this size. */
const WRITE_BYTES = 65_536;
/** So many are made one: a chunk of one byte takes a hundred bytes of memory besides, and a client may send nothing else (S9). */
const CHUNKS_KEPT = 1_024;

export interface SpoolOptions {
  readonly directory: string;
  /** Up to this many bytes stay in memory. */
  readonly aboveBytes: number;
  /** Messages of more bytes, as they came, are refused with 552 5.3.4. */
  readonly maxBytes: number;
}

/** A message that has been received: line ends are CRLF, what they were is in `wire`. */
export interface Received {
  readonly content: Content;
  readonly wire: WireFacts;
  /** Deletes the file, if there is one. */
  dispose(): Promise<void>;
}

/** Where messages are while they are inspected. What is here has not been answered with 250: losing it loses nothing. */
export class Spool {
  readonly #options: SpoolOptions;

  private constructor(options: SpoolOptions) {
    this.#options = options;
  }

  /** Makes the folder and removes files that a process left which is no more. */
  static async open(options: SpoolOptions): Promise<Spool> {
    await mkdir(options.directory, { recursive: true, mode: 0o700 });
    for (const name of await readdir(options.directory)) {
      const path = join(options.directory, name);
      if (await isStale(name, path)) await rm(path, { force: true });
    }
    return new Spool(options);
  }

  /**
   * Reads a message to its end, a too long one too: the client hears of it only then. Rejects with a GateError for that, and with
   * the stream's error where the client left.
   */
  async receive(id: string, stream: Readable): Promise<Received> {
    const writer = new SpoolWriter(
      join(this.#options.directory, `${id}.${process.pid}.spool`),
      this.#options.aboveBytes,
    );
    const lineEnds = new LineEnds();
    let size = 0;
    try {
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        size += chunk.length;
        if (size <= this.#options.maxBytes) await writer.add(lineEnds.push(chunk));
        else await writer.discard();
      }
      if (size > this.#options.maxBytes) throw tooLarge(size, this.#options.maxBytes);
      await writer.add(lineEnds.end());
      const content = await writer.finish();
      return { content, wire: lineEnds.facts, dispose: () => writer.discard() };
    } catch (error) {
      await writer.discard();
      throw error;
    }
  }
}

/** Bytes in memory, and from the limit on in a file. */
class SpoolWriter {
  readonly #path: string;
  readonly #aboveBytes: number;
  #chunks: Buffer[] = [];
  #size = 0;
  #inMemory = 0;
  #file: FileHandle | null = null;
  #hasFile = false;

  constructor(path: string, aboveBytes: number) {
    this.#path = path;
    this.#aboveBytes = aboveBytes;
  }

  async add(bytes: Buffer): Promise<void> {
    this.#size += bytes.length;
    this.#chunks.push(bytes);
    if (this.#chunks.length >= CHUNKS_KEPT) this.#chunks = [Buffer.concat(this.#chunks)];
    this.#inMemory += bytes.length;
    const limit = this.#file === null ? this.#aboveBytes : WRITE_BYTES;
    if (this.#inMemory > limit) await this.#write();
  }

  async finish(): Promise<Content> {
    if (this.#file === null) return bufferContent(Buffer.concat(this.#chunks));
    await this.#write();
    await this.#file.close();
    this.#file = null;
    faultPoint('spool:closed');
    return fileContent(this.#path, this.#size);
  }

  async discard(): Promise<void> {
    this.#chunks = [];
    await this.#file?.close();
    this.#file = null;
    if (!this.#hasFile) return;
    await rm(this.#path, { force: true });
    this.#hasFile = false;
    faultPoint('spool:removed');
  }

  async #write(): Promise<void> {
    this.#hasFile = true;
    try {
      this.#file ??= await open(this.#path, 'wx', 0o600);
      faultPoint('spool:opened');
      await this.#file.writeFile(Buffer.concat(this.#chunks));
      faultPoint('spool:written');
    } catch (error) {
      throw asStorageError(this.#path, error);
    }
    this.#chunks = [];
    this.#inMemory = 0;
  }
}

function tooLarge(size: number, maxBytes: number): GateError {
  return new GateError(
    reply(552, '5.3.4', `Message exceeds the maximum of ${maxBytes} bytes`),
    'size',
    `${size} bytes where ${maxBytes} are allowed`,
  );
}

/** Its process is gone; or it has our number and is older than we are, as in a container where every process is number 1. */
async function isStale(name: string, path: string): Promise<boolean> {
  const owner = Number(SPOOL_FILE.exec(name)?.[1] ?? Number.NaN);
  if (Number.isNaN(owner)) return false;
  if (owner !== process.pid) return !isRunning(owner);
  const startedAt = Date.now() - process.uptime() * 1000;
  return (await stat(path)).mtimeMs < startedAt;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
