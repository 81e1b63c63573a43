import { STRIDE, type Steps } from './turns.ts';

const EQUALS = 0x3d;
const CR = 0x0d;
const LF = 0x0a;
const SPACE = 0x20;
const TAB = 0x09;

const HEX = new Int8Array(256).fill(-1);
for (const [value, character] of [...'0123456789abcdef'].entries()) {
  HEX[character.charCodeAt(0)] = value;
  HEX[character.toUpperCase().charCodeAt(0)] = value;
}

/** Undoes quoted-printable (RFC 2045 section 6.7). What is no escape stays as it is. */
export function* decodeQuotedPrintable(bytes: Buffer): Steps<Buffer> {
  const decoder = new Decoder(bytes);
  for (let end = STRIDE; !decoder.decodeTo(end); end += STRIDE) yield;
  return decoder.decoded;
}

class Decoder {
  readonly #bytes: Buffer;
  readonly #out: Buffer;
  #at = 0;
  #length = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.#out = Buffer.allocUnsafe(bytes.length);
  }

  get decoded(): Buffer {
    return this.#out.subarray(0, this.#length);
  }

  /** Decodes up to `end` or a little further; true once nothing is left. */
  decodeTo(end: number): boolean {
    const bytes = this.#bytes;
    const out = this.#out;
    const stop = Math.min(end, bytes.length);
    let at = this.#at;
    let length = this.#length;
    while (at < stop) {
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
    this.#at = at;
    this.#length = length;
    return at >= bytes.length;
  }
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
