import type { Entity } from './entity.ts';
import { lineAt } from './header-block.ts';
import type { Marks } from './marks.ts';
import { Needle } from './needle.ts';
import type { Steps } from './turns.ts';

/** A boundary line: where it lies, and which open multipart it belongs to. */
export interface Delimiter {
  /** Where the content before it ends; the line end before a boundary belongs to the boundary (RFC 2046 section 5.1.1). */
  readonly start: number;
  /** Where the line after it begins. */
  readonly next: number;
  /** Place of the multipart among the open ones, outermost first. */
  readonly level: number;
  readonly boundary: string;
  readonly closing: boolean;
}

type Match = Pick<Delimiter, 'level' | 'boundary' | 'closing'>;

interface OpenMultipart {
  readonly entity: Entity;
  /** Those that were not closed yet. */
  readonly boundaries: Set<string>;
}

/** Boundary lines that are looked at; RFC 2046 allows 70 characters, and trailing white space. */
const LONGEST_DELIMITER_LINE = 1_024;
/**
 * Lines that begin with "--" and have to be looked at, and of those the ones that begin as an open boundary does. Honest
 * mail has a few hundred of the first (a database dump in plain text has many) and as many of the second as it has parts.
 */
export const MAX_DASHED_LINES = 1_000_000;
export const MAX_CANDIDATES = 50_000;

const CR = 0x0d;
const LF = 0x0a;
const DASH = 0x2d;
const NO_BYTE = -1;

/** Bytes searched between two turns of the event loop: lines of nothing but "--" cost 200 ns a byte, 25 ms in all. */
export const SEARCHED_AT_ONCE = 128 * 1024;

/**
 * The boundaries of the multiparts that are open at one place of the bytes. A line is looked up once whatever the nesting,
 * so that the search for boundaries is linear in the size of the message.
 */
export class OpenBoundaries {
  readonly #bytes: Buffer;
  readonly #marks: Marks;
  readonly #open: OpenMultipart[] = [];
  /** Boundary to the places that use it; an inner use hides the outer one. */
  readonly #levels = new Map<string, number[]>();
  /** First bytes of open boundaries, counted; an empty boundary counts under NO_BYTE. */
  readonly #firstBytes = new Map<number, number>();
  readonly #afterLf: Needle;
  readonly #afterCr: Needle;
  #dashedLines = 0;
  #candidates = 0;

  constructor(bytes: Buffer, marks: Marks) {
    this.#bytes = bytes;
    this.#marks = marks;
    this.#afterLf = new Needle(bytes, '\n--');
    this.#afterCr = new Needle(bytes, '\r--');
  }

  get depth(): number {
    return this.#open.length;
  }

  at(level: number): Entity | undefined {
    return this.#open[level]?.entity;
  }

  open(multipart: Entity): void {
    for (const boundary of multipart.head.boundaries) {
      const first = firstByte(boundary);
      this.#firstBytes.set(first, (this.#firstBytes.get(first) ?? 0) + 1);
      const outer = this.#levels.get(boundary);
      if (outer === undefined) this.#levels.set(boundary, [this.#open.length]);
      else {
        this.#marks.ambiguous('boundary_used_twice');
        outer.push(this.#open.length);
      }
      if (this.#open.some(({ entity }) => entity.head.boundaries.some((each) => isPrefix(each, boundary)))) {
        this.#marks.ambiguous('boundary_is_prefix');
      }
    }
    this.#open.push({ entity: multipart, boundaries: new Set(multipart.head.boundaries) });
  }

  /** Closes the multipart at that place and all within it. */
  closeFrom(level: number): void {
    for (const { boundaries } of this.#open.splice(level)) {
      for (const boundary of boundaries) this.#forget(boundary);
    }
  }

  /** A closing boundary: a multipart that named several is read on under the others, as another reader would. */
  close({ level, boundary }: Delimiter): void {
    const open = this.#open[level];
    if (open === undefined || open.boundaries.size <= 1) this.closeFrom(level);
    else if (open.boundaries.delete(boundary)) this.#forget(boundary);
  }

  #forget(boundary: string): void {
    const first = firstByte(boundary);
    const using = (this.#firstBytes.get(first) ?? 1) - 1;
    if (using === 0) this.#firstBytes.delete(first);
    else this.#firstBytes.set(first, using);
    const levels = this.#levels.get(boundary);
    levels?.pop();
    if (levels?.length === 0) this.#levels.delete(boundary);
  }

  /** The next boundary line from the line start `from` on, or null. */
  *next(from: number): Steps<Delimiter | null> {
    if (this.#open.length === 0) return null;
    for (let start = from; start < this.#bytes.length; start += SEARCHED_AT_ONCE) {
      const found = this.#nextWithin(start, start + SEARCHED_AT_ONCE, from);
      if (found !== null) return found;
      if (this.#dashedLines > MAX_DASHED_LINES || this.#candidates > MAX_CANDIDATES) {
        this.#marks.over('parts');
        return null;
      }
      if (start + SEARCHED_AT_ONCE < this.#bytes.length) yield;
    }
    return null;
  }

  /** The first boundary line that begins between `start` and `end`; `floor` is where the search as a whole began. */
  #nextWithin(start: number, end: number, floor: number): Delimiter | null {
    let lineStart = start === floor ? floor : this.#nextDashedLine(start, end);
    while (lineStart !== -1) {
      const match = this.#isCandidate(lineStart) ? this.#lookUp(lineStart) : null;
      if (match !== null) return { ...match, start: this.#beforeLineEnd(lineStart, floor) };
      this.#dashedLines += 1;
      if (this.#dashedLines > MAX_DASHED_LINES || this.#candidates > MAX_CANDIDATES) return null;
      lineStart = this.#nextDashedLine(lineStart + 1, end);
    }
    return null;
  }

  /** Whether the line is a boundary of an open multipart. */
  has(start: number, end: number): boolean {
    return this.#open.length > 0 && this.#match(start, end) !== null;
  }

  /** Whether a line begins with "--" and the first byte of an open boundary. */
  #isCandidate(lineStart: number): boolean {
    if (this.#bytes[lineStart] !== DASH || this.#bytes[lineStart + 1] !== DASH) return false;
    return this.#firstBytes.has(this.#bytes[lineStart + 2] ?? NO_BYTE) || this.#firstBytes.has(NO_BYTE);
  }

  #lookUp(lineStart: number): (Match & { next: number }) | null {
    this.#candidates += 1;
    const line = lineAt(
      this.#bytes,
      lineStart,
      Math.min(this.#bytes.length, lineStart + LONGEST_DELIMITER_LINE),
    );
    const match = this.#match(lineStart, line.end);
    return match === null ? null : { ...match, next: line.next };
  }

  /** Start of the next line before `end` that begins with "--", or -1; a bare CR ends a line too. */
  #nextDashedLine(from: number, end: number): number {
    const lf = this.#afterLf.within(Math.max(0, from - 1), end - 1);
    const cr = this.#afterCr.within(Math.max(0, from - 1), end - 1);
    if (lf === -1 || cr === -1) return Math.max(lf, cr) === -1 ? -1 : Math.max(lf, cr) + 1;
    return Math.min(lf, cr) + 1;
  }

  #beforeLineEnd(lineStart: number, floor: number): number {
    let end = lineStart;
    if (end > floor && this.#bytes[end - 1] === LF) end -= 1;
    if (end > floor && this.#bytes[end - 1] === CR) end -= 1;
    return end;
  }

  #match(start: number, end: number): Match | null {
    const line = this.#bytes
      .toString('latin1', start + 2, Math.min(end, start + LONGEST_DELIMITER_LINE))
      .trimEnd();
    const level = this.#levels.get(line)?.at(-1);
    if (level !== undefined) return { level, boundary: line, closing: false };
    if (line.endsWith('--')) {
      const boundary = line.slice(0, -2).trimEnd();
      const closed = this.#levels.get(boundary)?.at(-1);
      if (closed !== undefined) return { level: closed, boundary, closing: true };
    }
    const innermost = this.#open.at(-1)?.entity.head.boundaries[0] ?? '';
    // Some parsers compare only the beginning of the line, as RFC 2046 section 5.1.1 says they may.
    if (innermost !== '' && line.startsWith(innermost)) this.#marks.ambiguous('boundary_line_with_suffix');
    return null;
  }
}

function firstByte(boundary: string): number {
  return boundary === '' ? NO_BYTE : boundary.charCodeAt(0);
}

function isPrefix(a: string, b: string): boolean {
  return a !== b && (a.startsWith(b) || b.startsWith(a));
}
