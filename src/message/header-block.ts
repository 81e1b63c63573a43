import type { Budgets } from './budgets.ts';
import type { Marks } from './marks.ts';
import { STRIDE, type Steps } from './turns.ts';

/** One field as the bytes have it: value unfolded, not decoded, one character a byte. */
export interface RawField {
  /** Lower case. */
  readonly name: string;
  readonly value: string;
  /** Where the field lies in the bytes, line end included. */
  readonly start: number;
  readonly end: number;
}

export interface HeaderBlock {
  readonly fields: readonly RawField[];
  /** Index of the first byte after the empty line; of a block that is too long, where the reading stopped. */
  readonly bodyStart: number;
  /** The block was longer than the allowance: its body has to be sought (skipToBody). */
  readonly tooLong: boolean;
  /** A boundary of an outer multipart came before the empty line. */
  readonly cutShort: boolean;
}

/** What is left of the budgets that all header blocks of a message share. */
export class HeaderAllowance {
  bytes: number;
  fields: number;

  constructor(budgets: Budgets) {
    this.bytes = budgets.headerBytes;
    this.fields = budgets.headerFields;
  }
}

const CR = 0x0d;
const LF = 0x0a;
const SPACE = 0x20;
const TAB = 0x09;
const COLON = 0x3a;
const DASH = 0x2d;

/** End of the line that begins at `start`: the index of its line end (CRLF, LF or a bare CR) and of the next line. */
export function lineAt(bytes: Buffer, start: number, limit: number): { end: number; next: number } {
  let at = start;
  while (at < limit) {
    const byte = bytes[at];
    if (byte === LF) return { end: at, next: at + 1 };
    if (byte === CR) return { end: at, next: at + 1 < limit && bytes[at + 1] === LF ? at + 2 : at + 1 };
    at += 1;
  }
  return { end: limit, next: limit };
}

/**
 * Reads the header fields that begin at `start`, up to the empty line, `limit`, or a line that `isDelimiter` knows as
 * a boundary of an outer multipart. What lies beyond the allowance is skipped and marked.
 */
export function readHeaderBlock(
  bytes: Buffer,
  start: number,
  limit: number,
  allowance: HeaderAllowance,
  marks: Marks,
  isDelimiter: (start: number, end: number) => boolean,
): HeaderBlock {
  const fields: RawField[] = [];
  const readable = Math.min(limit, start + Math.max(0, allowance.bytes));
  let at = start;
  let open: OpenField | null = null;
  const close = (end: number) => {
    if (open !== null) keep(bytes, open, end, fields, allowance, marks);
    open = null;
  };
  while (at < readable) {
    const line = lineAt(bytes, at, limit);
    if (line.next > readable && readable < limit) break;
    if (bytes[line.end] === CR && line.next === line.end + 1) marks.ambiguous('bare_cr_in_header');
    if (line.end === at) {
      close(at);
      allowance.bytes -= line.next - start;
      return { fields, bodyStart: line.next, tooLong: false, cutShort: false };
    }
    if (bytes[at] === DASH && bytes[at + 1] === DASH && isDelimiter(at, line.end)) {
      close(at);
      allowance.bytes -= at - start;
      return { fields, bodyStart: at, tooLong: false, cutShort: true };
    }
    const folded = bytes[at] === SPACE || bytes[at] === TAB;
    if (folded && open !== null) open.lineStarts.push(at);
    else {
      close(at);
      open = openField(bytes, at, line.end, marks, fields.length === 0);
    }
    at = line.next;
  }
  close(at);
  allowance.bytes -= at - start;
  if (readable === limit) return { fields, bodyStart: limit, tooLong: false, cutShort: false };
  marks.over('headerBytes');
  return { fields, bodyStart: at, tooLong: true, cutShort: false };
}

interface OpenField {
  readonly name: string;
  readonly start: number;
  readonly valueStart: number;
  /** Where continuation lines begin. */
  readonly lineStarts: number[];
}

function openField(
  bytes: Buffer,
  start: number,
  end: number,
  marks: Marks,
  first: boolean,
): OpenField | null {
  let colon = start;
  while (colon < end && bytes[colon] !== COLON) colon += 1;
  const name = bytes.toString('latin1', start, Math.min(colon, end)).trimEnd().toLowerCase();
  if (colon === end || !/^[!-9;-~]+$/.test(name)) {
    // Mailbox files begin each message with a "From " line, which no parser takes for a field.
    const mailboxLine = first && /^>?from $/i.test(bytes.toString('latin1', start, start + 5).slice(0, 5));
    if (!mailboxLine) marks.ambiguous('header_without_colon');
    return null;
  }
  if (colon > start && (bytes[colon - 1] === SPACE || bytes[colon - 1] === TAB)) {
    marks.ambiguous('space_before_colon');
  }
  return { name, start, valueStart: colon + 1, lineStarts: [] };
}

function keep(
  bytes: Buffer,
  field: OpenField,
  end: number,
  fields: RawField[],
  allowance: HeaderAllowance,
  marks: Marks,
): void {
  if (allowance.fields <= 0) {
    marks.over('headerFields');
    return;
  }
  allowance.fields -= 1;
  const raw = bytes.toString('latin1', field.valueStart, end);
  // RFC 5322 section 2.2.3: unfolding takes away the line end alone; a bare CR inside counts as a line end here.
  const value = raw.replace(/[\r\n]+/g, '').trim();
  if (raw.includes('\0')) marks.ambiguous('nul_in_header');
  fields.push({ name: field.name, value, start: field.start, end });
}

/** The body of a block that is too long to read begins after the next empty line from `from` on. */
export function* skipToBody(bytes: Buffer, from: number): Steps<number> {
  for (let start = Math.max(0, from - 1); start < bytes.length; start += STRIDE) {
    if (start >= from) yield;
    const window = bytes.subarray(start, start + STRIDE + '\n\r\n'.length - 1);
    const bare = window.indexOf('\n\n', 0, 'latin1');
    const full = window.indexOf('\n\r\n', 0, 'latin1');
    if (bare !== -1 && (full === -1 || bare < full)) return start + bare + '\n\n'.length;
    if (full !== -1) return start + full + '\n\r\n'.length;
  }
  return bytes.length;
}
