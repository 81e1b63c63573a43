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

/** Base64 values glued together that are read; an honest part has one, and each costs a buffer. */
const MAX_PADDED_RUNS = 1_000;

function decodeBase64(bytes: Buffer, marks: Marks): Buffer {
  const text = bytes.toString('latin1');
  if (/[^A-Za-z0-9+/=\s]/.test(text)) marks.ambiguous('junk_in_base64');
  const padding = text.indexOf('=');
  if (padding === -1 || /^[=\s]*$/.test(text.slice(padding))) return Buffer.from(text, 'base64');
  return decodeBase64WithInnerPadding(text, padding, marks);
}

/**
 * Node stops at the first "=", other parsers go on behind it, so what follows the padding would be seen by the reader and
 * not by us. Each padded run is decoded on its own.
 */
function decodeBase64WithInnerPadding(text: string, padding: number, marks: Marks): Buffer {
  if (/^[=\s]*[A-Za-z0-9+/]/.test(text.slice(padding))) marks.ambiguous('base64_after_padding');
  return Buffer.concat(text.split(/=+/, MAX_PADDED_RUNS).map((run) => Buffer.from(run, 'base64')));
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
    const high = hexDigit(bytes[at + 1]);
    const low = hexDigit(bytes[at + 2]);
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

function hexDigit(byte: number | undefined): number {
  if (byte === undefined) return -1;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  if (byte >= 0x41 && byte <= 0x46) return byte - 0x37;
  if (byte >= 0x61 && byte <= 0x66) return byte - 0x57;
  return -1;
}
