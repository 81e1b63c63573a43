import type { Marks } from './marks.ts';

/** Undoes a Content-Transfer-Encoding (RFC 2045 section 6). Unknown names leave the bytes as they are and are marked. */
export function decodeTransfer(bytes: Buffer, encoding: string, marks: Marks): Buffer {
  switch (encoding) {
    case 'base64':
      return decodeBase64(bytes, marks);
    case 'quoted-printable':
      return decodeQuotedPrintable(bytes);
    case '':
    case '7bit':
    case '8bit':
    case 'binary':
      return bytes;
    default:
      marks.ambiguous('unknown_transfer_encoding');
      return bytes;
  }
}

const WHITE_SPACE = 64;
const JUNK = 65;
const PADDING = 66;

/** Value of each byte in base64 (RFC 4648 section 4), or what else it is. */
const BASE64 = new Uint8Array(256).fill(JUNK);
for (const [value, character] of [
  ...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
].entries()) {
  BASE64[character.charCodeAt(0)] = value;
}
for (const space of ' \t\r\n') BASE64[space.charCodeAt(0)] = WHITE_SPACE;
BASE64['='.charCodeAt(0)] = PADDING;

/** Beginning of a value in which junk is looked for where the fast way is taken; junk there is skipped anywhere. */
const JUNK_SAMPLE = 64 * 1024;
/** What may stand behind the padding of an honest value: line ends. */
const LONGEST_END = 1_024;

/** Decodes base64 as the most forgiving reader would: junk is skipped, and what follows a padding is decoded as well. */
function decodeBase64(bytes: Buffer, marks: Marks): Buffer {
  if (!plainBase64(bytes)) return decodeOddBase64(bytes, marks);
  if (/[^A-Za-z0-9+/=\s]/.test(bytes.toString('latin1', 0, JUNK_SAMPLE))) marks.ambiguous('junk_in_base64');
  return Buffer.from(bytes.toString('latin1'), 'base64');
}

/** Whether Node's decoder, five times as fast as ours, gives the same: it stops at "=" and takes "-" and "_" for data. */
function plainBase64(bytes: Buffer): boolean {
  if (bytes.includes('-') || bytes.includes('_')) return false;
  const padding = bytes.indexOf('=');
  if (padding === -1) return true;
  return bytes.length - padding <= LONGEST_END && /^[=\s]*$/.test(bytes.toString('latin1', padding));
}

function decodeOddBase64(bytes: Buffer, marks: Marks): Buffer {
  const out = Buffer.allocUnsafe(Math.ceil((bytes.length * 3) / 4) + 3);
  let length = 0;
  let bits = 0;
  let count = 0;
  let junk = false;
  let padded = false;
  let afterPadding = false;
  for (let at = 0; at < bytes.length; at++) {
    const value = BASE64[bytes[at] ?? 0] ?? JUNK;
    if (value < 64) {
      afterPadding ||= padded;
      bits = (bits << 6) | value;
      count += 1;
      if (count === 4) {
        out[length++] = bits >> 16;
        out[length++] = bits >> 8;
        out[length++] = bits;
        bits = 0;
        count = 0;
      }
    } else if (value === PADDING) {
      padded = true;
      length = flushBits(out, length, bits, count);
      bits = 0;
      count = 0;
    } else if (value === JUNK) junk = true;
  }
  length = flushBits(out, length, bits, count);
  if (junk) marks.ambiguous('junk_in_base64');
  if (afterPadding) marks.ambiguous('base64_after_padding');
  return out.subarray(0, length);
}

/** Writes the whole bytes of an incomplete group of four. */
function flushBits(out: Buffer, length: number, bits: number, count: number): number {
  if (count === 2) {
    out[length] = bits >> 4;
    return length + 1;
  }
  if (count < 3) return length;
  out[length] = bits >> 10;
  out[length + 1] = bits >> 2;
  return length + 2;
}

const EQUALS = 0x3d;
const CR = 0x0d;
const LF = 0x0a;
const SPACE = 0x20;
const TAB = 0x09;

function decodeQuotedPrintable(bytes: Buffer): Buffer {
  const out = Buffer.allocUnsafe(bytes.length);
  let length = 0;
  let at = 0;
  while (at < bytes.length) {
    const byte = bytes[at] ?? 0;
    if (byte !== EQUALS) {
      out[length++] = byte;
      at += 1;
      continue;
    }
    const high = at + 2 < bytes.length ? (HEX[bytes[at + 1] ?? 0] ?? -1) : -1;
    const low = at + 2 < bytes.length ? (HEX[bytes[at + 2] ?? 0] ?? -1) : -1;
    if (high >= 0 && low >= 0) {
      out[length++] = high * 16 + low;
      at += 3;
      continue;
    }
    const next = softBreak(bytes, at + 1);
    if (next === -1) out[length++] = byte;
    at = next === -1 ? at + 1 : next;
  }
  return out.subarray(0, length);
}

/** Index behind a soft line break whose "=" came before `at`, or -1. White space before the line end is allowed. */
function softBreak(bytes: Buffer, at: number): number {
  let end = at;
  while (end < bytes.length && (bytes[end] === SPACE || bytes[end] === TAB)) end += 1;
  if (end >= bytes.length) return end;
  if (bytes[end] === LF) return end + 1;
  if (bytes[end] === CR) return bytes[end + 1] === LF ? end + 2 : end + 1;
  return -1;
}

const HEX = new Int8Array(256).fill(-1);
for (const [value, character] of [...'0123456789abcdef'].entries()) {
  HEX[character.charCodeAt(0)] = value;
  HEX[character.toUpperCase().charCodeAt(0)] = value;
}
