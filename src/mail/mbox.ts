import { createReadStream } from 'node:fs';

/** One message of an mbox may be this large; a larger one is an error that names file and number, not a silent cut. */
export const MBOX_MESSAGE_BYTES = 64 * 1024 * 1024;

const FROM = Buffer.from('From ');
const LF = 0x0a;
const GT = 0x3e;

/**
 * The messages of an mbox file (RFC 4155, `mboxrd` quoting undone: one `>` less on lines of `>+From `), in order, as raw
 * bytes without the separator line. A file of any size is read as a stream; one message is in memory at a time.
 */
export async function* readMbox(path: string): AsyncGenerator<Buffer> {
  let lines: Buffer[] = [];
  let bytes = 0;
  let inMessage = false;
  let number = 0;
  for await (const line of linesOf(path)) {
    if (startsWith(line, FROM, 0)) {
      if (inMessage) yield joined(lines);
      lines = [];
      bytes = 0;
      inMessage = true;
      number++;
      continue;
    }
    if (!inMessage) throw new Error(`${path}: is no mbox file: it does not start with a "From " line`);
    bytes += line.length;
    if (bytes > MBOX_MESSAGE_BYTES)
      throw new Error(`${path}: message ${number} has more than ${MBOX_MESSAGE_BYTES} bytes`);
    lines.push(unquoted(line));
  }
  if (inMessage) yield joined(lines);
}

/** The separator's empty line belongs to the format, not to the message. */
function joined(lines: readonly Buffer[]): Buffer {
  const last = lines.at(-1);
  const blank = last !== undefined && last.toString('latin1').trim() === '';
  return Buffer.concat(blank ? lines.slice(0, -1) : lines);
}

function unquoted(line: Buffer): Buffer {
  let quotes = 0;
  while (line[quotes] === GT) quotes++;
  return quotes > 0 && startsWith(line, FROM, quotes) ? line.subarray(1) : line;
}

function startsWith(line: Buffer, prefix: Buffer, at: number): boolean {
  return (
    line.length >= at + prefix.length && line.compare(prefix, 0, prefix.length, at, at + prefix.length) === 0
  );
}

async function* linesOf(path: string): AsyncGenerator<Buffer> {
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    let start = 0;
    for (let end = chunk.indexOf(LF); end !== -1; end = chunk.indexOf(LF, start)) {
      const tail = chunk.subarray(start, end + 1);
      yield pending.length === 0 ? tail : Buffer.concat([...pending, tail]);
      pending = [];
      pendingBytes = 0;
      start = end + 1;
    }
    if (start < chunk.length) {
      pending.push(chunk.subarray(start));
      pendingBytes += chunk.length - start;
      if (pendingBytes > MBOX_MESSAGE_BYTES)
        throw new Error(`${path}: a line has more than ${MBOX_MESSAGE_BYTES} bytes`);
    }
  }
  if (pending.length > 0) yield Buffer.concat(pending);
}
