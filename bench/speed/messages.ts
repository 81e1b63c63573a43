import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generateMessages } from './generated.ts';

/** Larger messages have a measurement of their own: a few of them would decide the mean. */
const LARGEST_BYTES = 262_144;

export interface BenchMessage {
  /** CRLF line ends, as received. */
  readonly bytes: Buffer;
  /** SHA-256 of the body: what follows the first empty line. */
  readonly bodyHash: string;
}

export interface MessageSet {
  /** For people: where they come from. */
  readonly source: string;
  readonly messages: readonly BenchMessage[];
  readonly meanBytes: number;
}

/** `count` messages: real ones, drawn by `seed` from the folders of a corpus, or generated where there is none. */
export async function loadMessages(
  corpora: string | undefined,
  count: number,
  seed: number,
): Promise<MessageSet> {
  const raw = corpora === undefined ? generateMessages(count, seed) : await drawn(corpora, count, seed);
  if (raw.length === 0) throw new Error(`${corpora}: no .eml file of at most ${LARGEST_BYTES} bytes`);
  const messages = raw.map(benchMessage);
  const total = messages.reduce((sum, { bytes }) => sum + bytes.length, 0);
  return {
    source: corpora === undefined ? 'generated' : 'corpora',
    messages,
    meanBytes: total / messages.length,
  };
}

export function benchMessage(raw: Buffer): BenchMessage {
  const bytes = normalised(raw);
  const end = bytes.indexOf('\r\n\r\n');
  const body = end < 0 ? Buffer.alloc(0) : bytes.subarray(end + 4);
  return { bytes, bodyHash: createHash('sha256').update(body).digest('hex') };
}

async function drawn(corpora: string, count: number, seed: number): Promise<Buffer[]> {
  const names = (await readdir(corpora, { recursive: true })).filter((name) => name.endsWith('.eml')).sort();
  const random = randomOf(seed);
  const messages: Buffer[] = [];
  while (messages.length < count && names.length > 0) {
    const [name = ''] = names.splice(Math.floor(random() * names.length), 1);
    const bytes = await readFile(join(corpora, name));
    if (bytes.length <= LARGEST_BYTES) messages.push(bytes);
  }
  return messages;
}

/** Whole lines that end in CRLF, and no NUL: what a well-behaved client sends, so that bodies arrive as they left. */
function normalised(bytes: Buffer): Buffer {
  const text = bytes
    .toString('latin1')
    .replaceAll('\0', ' ')
    .replace(/\r\n|\r|\n/g, '\r\n');
  return Buffer.from(text.endsWith('\r\n') ? text : `${text}\r\n`, 'latin1');
}

/** Mulberry32: the same seed draws the same messages everywhere. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
