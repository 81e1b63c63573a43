import { createConnection, type Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';
import type { Content } from '../../mail/mail.ts';
import { EvidenceFailure } from '../evidence.ts';
import { type ClamdReply, readReply } from './reply.ts';

/** Where clamd listens. */
export type ClamdAddress = { readonly path: string } | { readonly host: string; readonly port: number };

export interface ScanLimits {
  /** From the connection to the reply. */
  readonly timeoutMs: number;
  /** The first bytes of the content that are sent at most; clamd's StreamMaxLength must be as large. */
  readonly maxBytes: number;
}

/** Chunks may have any length; this one keeps the memory of many scans small. */
const CHUNK_BYTES = 65_536;
/** A reply is one line with the name of a signature. */
export const MAX_REPLY_BYTES = 4_096;

/**
 * Sends the content to clamd (INSTREAM) and gives its reply. Throws EvidenceFailure: `timedOut`, or `unavailable` where
 * the connection fails; an error where the content cannot be read.
 */
export async function scan(address: ClamdAddress, content: Content, limits: ScanLimits): Promise<ClamdReply> {
  const socket = createConnection(address);
  const reply = replyOn(socket);
  const { promise: tooLate, cancel } = timeLimit(limits.timeoutMs);
  try {
    const sent = send(socket, content, limits.maxBytes);
    // clamd may reply before all is sent; then there is nothing to wait for.
    return readReply(await Promise.race([reply, tooLate, sent.then(() => reply)]));
  } finally {
    cancel();
    socket.destroy();
  }
}

function timeLimit(timeoutMs: number): { promise: Promise<never>; cancel: () => void } {
  let timer: NodeJS.Timeout | undefined;
  const promise = new Promise<never>((_, reject) => {
    const failure = () => reject(new EvidenceFailure('timedOut', `clamd was silent for ${timeoutMs} ms`));
    timer = setTimeout(failure, timeoutMs);
  });
  return { promise, cancel: () => clearTimeout(timer) };
}

/** Text up to the delimiter of a z command, or to the end where clamd closes instead. */
function replyOn(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const unavailable = (why: string) => reject(new EvidenceFailure('unavailable', `clamd: ${why}`));
    socket.setEncoding('utf8');
    socket.on('data', (part: string) => {
      text += part;
      const end = text.indexOf('\0');
      if (end >= 0) resolve(text.slice(0, end).trim());
      else if (text.length > MAX_REPLY_BYTES) unavailable('its reply has no end');
    });
    socket.on('error', (error) => unavailable(error.message));
    socket.on('close', () => (text === '' ? unavailable('closed without a reply') : resolve(text.trim())));
  });
}

async function send(socket: Socket, content: Content, maxBytes: number): Promise<void> {
  try {
    await pipeline(content.stream(), (source) => framed(source, maxBytes), socket, { end: false });
  } catch (error) {
    // What is wrong with the connection, the reader of replies tells; only the content's own failure is told here.
    if (socket.errored !== null || socket.closed) return new Promise(() => undefined);
    throw error;
  }
}

/** The command, then chunks after their length in four bytes; a length of zero ends the stream. */
async function* framed(source: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<Buffer> {
  yield Buffer.from('zINSTREAM\0');
  let left = maxBytes;
  for await (const bytes of source) {
    for (let at = 0; at < bytes.length && left > 0; at += CHUNK_BYTES) {
      const chunk = bytes.subarray(at, at + Math.min(CHUNK_BYTES, left));
      yield Buffer.concat([lengthOf(chunk), chunk]);
      left -= chunk.length;
    }
    if (left === 0) break;
  }
  yield lengthOf(Buffer.alloc(0));
}

function lengthOf(chunk: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(chunk.length);
  return length;
}
