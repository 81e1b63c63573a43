import { Readable } from 'node:stream';
import type { Content } from '../mail/mail.ts';

const COLON = 0x3a;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const TAB = 0x09;
/** Longer than any name we look for, with room for the blanks that some readers allow before the colon. */
const NAME_LIMIT = 128;
/** The authserv-id stands first in its header; one that is not read within this is hidden behind comments, and removed. */
const FIELD_LIMIT = 16_384;
const OURS = new Set(['x-postern-verdict', 'x-postern-reasons']);
/** The names above, wherever they stand: a block without any of them passes as it is. */
const FORGEABLE = /authentication-results|x-postern-(?:verdict|reasons)/i;
/** As the filter sees it: a line that begins with a line end. */
const END_OF_BLOCK = /(?:^|\n)[\r\n]/;
/** Header blocks of people's mail are a tenth of that; longer ones are read byte by byte. */
const BLOCK_LOOKED_AT = 65_536;

export interface HeaderChanges {
  /** Whole header lines, CRLF at their end, put before the first of the message. */
  readonly prepend: Buffer;
  /** Incoming Authentication-Results in this name are forged, and removed (RFC 8601 section 5). Null removes nothing: our own mail. */
  readonly authservId: string | null;
  /** Put before the text of the first Subject; opt-in, as it breaks DKIM. */
  readonly subjectPrefix?: string | null;
}

/**
 * The bytes of a message with our headers before and forged ones of ours removed; all else as it came. Where it begins
 * with an mbox separator (`From ` without a colon), ours come after that line: before it, they would end the header block
 * for the next hop, and the sender's own headers would become text.
 */
export function withHeaders(content: Content, changes: HeaderChanges): Readable {
  return Readable.from(changed(content, changes), { objectMode: false });
}

/**
 * The same for a message that is in memory, in pieces that follow each other: small mail takes no turn of the event loop for it. Null where
 * it is in a file, or so large that it has to come in pieces.
 */
export async function piecesWithHeaders(content: Content, changes: HeaderChanges): Promise<Buffer[] | null> {
  if (content.path !== undefined || content.size > PIECE_BYTES) return null;
  const { authservId, prepend } = changes;
  const bytes = await content.head(content.size);
  const rest = bytes.subarray(separatorLength(bytes.subarray(0, SEPARATOR_BYTES)));
  const separator = bytes.subarray(0, bytes.length - rest.length);
  if (authservId === null) return [separator, prepend, rest];
  const filter = new HeaderFilter({ ...changes, authservId });
  return [separator, prepend, filter.push(rest), filter.end()];
}

async function* changed(content: Content, changes: HeaderChanges): AsyncGenerator<Buffer> {
  const { authservId } = changes;
  const filter = authservId === null ? UNCHANGED : new HeaderFilter({ ...changes, authservId });
  const separator = separatorLength(await content.head(SEPARATOR_BYTES));
  if (separator === 0) yield changes.prepend;
  let passed = 0;
  for await (const bytes of pieces(content)) {
    const before = Math.min(Math.max(separator - passed, 0), bytes.length);
    if (before > 0) yield bytes.subarray(0, before);
    if (before > 0 && passed + before === separator) yield changes.prepend;
    if (before < bytes.length) yield filter.push(bytes.subarray(before));
    passed += bytes.length;
  }
  yield filter.end();
}

const UNCHANGED = { push: (bytes: Buffer) => bytes, end: () => Buffer.alloc(0) };

/** What is in memory comes as one chunk, however large: it is cut, so that no message holds the event loop for long. */
const PIECE_BYTES = 65_536;

async function* pieces(content: Content): AsyncGenerator<Buffer> {
  for await (const chunk of content.stream() as AsyncIterable<Buffer>) {
    for (let at = 0; at < chunk.length; at += PIECE_BYTES) yield chunk.subarray(at, at + PIECE_BYTES);
  }
}

/** A separator line is an address and a date; RFC 5322 allows no longer line. */
const SEPARATOR_BYTES = 1_000;

/** Length of an mbox separator at the start, with its line end; 0 where there is none. */
function separatorLength(head: Buffer): number {
  return /^>?From [^\r\n]*\r\n/.exec(head.toString('latin1'))?.[0].length ?? 0;
}

interface Output {
  readonly bytes: Buffer;
  end: number;
}

function written(out: Output): Buffer {
  return out.bytes.subarray(0, out.end);
}

type State = 'name' | 'passing' | 'dropping' | 'authenticationResults' | 'body';

/**
 * Removes forged headers from a stream of message bytes. A line without colon ends the header block for some readers and not
 * for others; we go on to the empty line, so that no reader finds a forged header. Holds at most one field of 16 KiB.
 */
export class HeaderFilter {
  readonly #authservId: string;
  readonly #subjectPrefix: Buffer;
  #prefixed: boolean;
  #state: State = 'passing';
  #atLineStart = true;
  #hasBegun = false;
  /** Bytes of the current field that wait for the decision whether they pass. */
  #held: number[] = [];

  constructor(changes: { readonly authservId: string; readonly subjectPrefix?: string | null }) {
    this.#authservId = changes.authservId.toLowerCase();
    this.#subjectPrefix = Buffer.from(` ${encodedText(changes.subjectPrefix ?? '')}`);
    this.#prefixed = !changes.subjectPrefix;
  }

  push(chunk: Buffer): Buffer {
    if (this.#state === 'body') return chunk;
    if (this.#isUntouched(chunk)) {
      this.#state = 'body';
      return chunk;
    }
    const out = this.#output(chunk.length);
    for (let at = 0; at < chunk.length; at++) {
      at = this.#skipLine(chunk, at, out);
      if (at === chunk.length) break;
      this.#take(chunk[at] ?? 0, out);
      if (this.#isBody()) return Buffer.concat([written(out), chunk.subarray(at + 1)]);
    }
    return written(out);
  }

  /** Whether the whole header block is in this chunk, and has no word in it that could be a name we look for. */
  #isUntouched(chunk: Buffer): boolean {
    if (this.#hasBegun || !this.#prefixed) return false;
    this.#hasBegun = true;
    const text = chunk.toString('latin1', 0, BLOCK_LOOKED_AT);
    const end = END_OF_BLOCK.exec(text)?.index;
    return end !== undefined && !FORGEABLE.test(text.slice(0, end));
  }

  /** What was held when the message ended within a header. */
  end(): Buffer {
    const out = this.#output(0);
    this.#endField(out);
    return written(out);
  }

  /** Room for all that can come out of so many bytes. */
  #output(size: number): Output {
    return { bytes: Buffer.allocUnsafe(size + this.#held.length + this.#subjectPrefix.length), end: 0 };
  }

  /** Where a line is decided, its rest is not looked at byte by byte. Gives the place of its line end, or of the chunk's. */
  #skipLine(chunk: Buffer, at: number, out: Output): number {
    if (this.#atLineStart || (this.#state !== 'passing' && this.#state !== 'dropping')) return at;
    const lineEnd = chunk.indexOf(LF, at);
    const stop = lineEnd === -1 ? chunk.length : lineEnd;
    if (this.#state === 'passing') out.end += chunk.copy(out.bytes, out.end, at, stop);
    return stop;
  }

  #take(byte: number, out: Output): void {
    if (this.#atLineStart && byte !== SPACE && byte !== TAB) {
      this.#endField(out);
      this.#state = byte === CR || byte === LF ? 'body' : 'name';
    }
    this.#atLineStart = byte === LF;
    if (this.#state === 'dropping') return;
    if (this.#state === 'passing' || this.#state === 'body') {
      out.bytes[out.end++] = byte;
      return;
    }
    this.#held.push(byte);
    if (this.#state === 'name') {
      // Some readers unfold first, and so take blanks and a line end before the colon for part of the name.
      const isBlank = byte === SPACE || byte === TAB || byte === CR || byte === LF;
      if (byte === COLON || this.#held.length >= FIELD_LIMIT) this.#nameRead(out);
      else if (this.#held.length >= NAME_LIMIT && !isBlank) this.#pass(out);
    } else if (this.#held.length >= FIELD_LIMIT) {
      this.#endField(out);
    }
  }

  #nameRead(out: Output): void {
    const name = Buffer.from(this.#held)
      .toString('latin1', 0, this.#held.length - 1)
      .trimEnd()
      .toLowerCase();
    if (name === 'authentication-results') {
      this.#state = 'authenticationResults';
    } else if (OURS.has(name)) {
      this.#drop();
    } else {
      this.#pass(out);
      if (name === 'subject' && !this.#prefixed) {
        this.#prefixed = true;
        out.end += this.#subjectPrefix.copy(out.bytes, out.end);
      }
    }
  }

  /** The field is whole, or as long as we look at: what is held passes or goes. */
  #endField(out: Output): void {
    if (this.#state === 'authenticationResults' && this.#isForged()) this.#drop();
    else if (this.#held.length > 0) this.#pass(out);
  }

  #isForged(): boolean {
    const field = Buffer.from(this.#held).toString('utf8');
    // Thousands of blanks before the colon are there to hide the field.
    if (!field.includes(':')) return true;
    const id = authservIdOf(field.slice(field.indexOf(':') + 1));
    return id === null ? this.#held.length >= FIELD_LIMIT : id.toLowerCase() === this.#authservId;
  }

  #pass(out: Output): void {
    for (const byte of this.#held) out.bytes[out.end++] = byte;
    this.#held = [];
    this.#state = 'passing';
  }

  #drop(): void {
    this.#held = [];
    this.#state = 'dropping';
  }

  #isBody(): boolean {
    return this.#state === 'body';
  }
}

/** The authserv-id of the text of an Authentication-Results header (RFC 8601 section 2.2), null where none can be read. */
export function authservIdOf(text: string): string | null {
  const start = skipComments(text, 0);
  const quoted = /^"((?:[^"\\]|\\.)*)"/s.exec(text.slice(start));
  if (quoted) return (quoted[1] ?? '').replace(/\\(.)/gs, '$1');
  return /^[^\s;("]+/.exec(text.slice(start))?.[0] ?? null;
}

/** The first place from `at` on that is neither white space nor within a comment; comments nest (RFC 5322 section 3.2.2). */
function skipComments(text: string, at: number): number {
  let depth = 0;
  let here = at;
  for (; here < text.length; here++) {
    const character = text[here] ?? '';
    if (character === '(') depth += 1;
    else if (depth > 0 && character === ')') depth -= 1;
    else if (depth > 0 && character === '\\') here += 1;
    else if (depth === 0 && !/\s/.test(character)) return here;
  }
  return here;
}

/** Text for a header: as it is where it is ASCII, else an encoded word (RFC 2047). */
function encodedText(text: string): string {
  return /^[ -~]*$/.test(text) ? text : `=?utf-8?B?${Buffer.from(text).toString('base64')}?=`;
}
