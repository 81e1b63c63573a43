import { guess } from '../charset.ts';
import { type Listing, LONGEST_ENTRY_NAME } from './listing.ts';

const BLOCK = 512;
const NAME_LENGTH = 100;
const SIZE_AT = 124;
const CHECKSUM_AT = 148;

/** Whether the bytes begin with the header of a tar archive: its checksum is right (POSIX.1 pax, "ustar Interchange Format"). */
export function looksLikeTar(bytes: Buffer): boolean {
  if (bytes.length < BLOCK || bytes[0] === 0) return false;
  let sum = 0;
  for (let at = 0; at < BLOCK; at++) {
    sum += at >= CHECKSUM_AT && at < CHECKSUM_AT + 8 ? 0x20 : (bytes[at] ?? 0);
  }
  return octal(bytes, CHECKSUM_AT, 8) === sum;
}

/** Lists a tar archive, at most `limit` names; ends at the first header that is none. */
export function listTar(bytes: Buffer, limit: number): Listing {
  const names: string[] = [];
  const places: (readonly [number, number])[] = [];
  let cut = false;
  for (let at = 0; at + BLOCK <= bytes.length; ) {
    if (!looksLikeTar(bytes.subarray(at, at + BLOCK))) break;
    if (names.length >= limit) {
      cut = true;
      break;
    }
    const size = octal(bytes, at + SIZE_AT, 12) ?? 0;
    names.push(nameAt(bytes, at));
    places.push([at + BLOCK, size]);
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  const content = (index: number, _unpacker: unknown, most = Number.POSITIVE_INFINITY) => {
    const [start, size] = places[index] ?? [0, 0];
    return bytes.subarray(start, start + Math.min(size, most));
  };
  return { names, encrypted: false, cut, content };
}

function nameAt(bytes: Buffer, at: number): string {
  const raw = bytes.subarray(at, at + NAME_LENGTH);
  const end = raw.indexOf(0);
  return guess(end === -1 ? raw : raw.subarray(0, end)).slice(0, LONGEST_ENTRY_NAME);
}

/** A number in octal digits, null where there is none. Larger ones than 8 GiB are written otherwise, and not in mail. */
function octal(bytes: Buffer, at: number, length: number): number | null {
  const digits = /^[ 0]*([0-7]{0,11})/.exec(bytes.toString('latin1', at, at + length));
  if (digits === null || digits[0] === '') return null;
  return digits[1] === '' ? 0 : Number.parseInt(digits[1] ?? '', 8);
}
