import yauzl from 'yauzl';
import { guess } from '../charset.ts';
import { Needle } from '../needle.ts';
import { inTurns, STRIDE, type Steps } from '../turns.ts';
import type { Unpacker } from '../unpacker.ts';
import type { Listing } from './listing.ts';
import { LONGEST_ENTRY_NAME } from './listing.ts';

const LOCAL_HEADER = Buffer.from('PK\x03\x04', 'latin1');
const END_OF_DIRECTORY = Buffer.from('PK\x05\x06', 'latin1');
/** The end record stands at most 64 KiB of comment before the end of the file. */
const END_RECORD_REACH = 65_557;

/** Whether the bytes are, or end in, a zip archive: readers find it from its end, whatever stands before. */
export function looksLikeZip(bytes: Buffer): boolean {
  if (bytes.subarray(0, 4).equals(LOCAL_HEADER)) return true;
  return bytes.subarray(Math.max(0, bytes.length - END_RECORD_REACH)).lastIndexOf(END_OF_DIRECTORY) !== -1;
}

/** Lists a zip archive, at most `limit` names. A damaged directory gives the names up to the damage. */
export async function listZip(bytes: Buffer, limit: number): Promise<Listing> {
  const names: string[] = [];
  const offsets: number[] = [];
  const sizes: number[] = [];
  let encrypted = false;
  let cut = false;
  try {
    const archive = await yauzl.fromBufferPromise(bytes, {
      lazyEntries: true,
      decodeStrings: false,
      validateEntrySizes: false,
    });
    for await (const entry of archive.eachEntry()) {
      if (names.length >= limit) {
        cut = true;
        break;
      }
      encrypted ||= (entry.generalPurposeBitFlag & 1) !== 0;
      names.push(guess(Buffer.from(entry.fileName)).slice(0, LONGEST_ENTRY_NAME));
      offsets.push(entry.relativeOffsetOfLocalHeader);
      sizes.push(entry.compressedSize);
    }
  } catch {
    // A damaged or cut archive: the reader's program may open it still, so the local headers are read instead.
    if (names.length === 0) return inTurns(listLocalHeaders(bytes, limit));
  }
  const content = (at: number, unpacker: Unpacker, most?: number) =>
    entryContent(bytes, offsets[at] ?? 0, sizes[at] ?? 0, unpacker, most);
  return { names, encrypted, cut, content };
}

const LOCAL_HEADER_LENGTH = 30;

/** Names from the headers that stand before each file; what programs show that repair an archive. */
function* listLocalHeaders(bytes: Buffer, limit: number): Steps<Listing> {
  const names: string[] = [];
  const offsets: number[] = [];
  let encrypted = false;
  let cut = false;
  for (const at of yield* localHeaders(bytes, limit + 1)) {
    if (names.length >= limit) {
      cut = true;
      break;
    }
    const nameLength = Math.min(bytes.readUInt16LE(at + 26), LONGEST_ENTRY_NAME);
    encrypted ||= (bytes.readUInt16LE(at + 6) & 1) !== 0;
    names.push(guess(bytes.subarray(at + LOCAL_HEADER_LENGTH, at + LOCAL_HEADER_LENGTH + nameLength)));
    offsets.push(at);
  }
  const content = (index: number, unpacker: Unpacker, most?: number) =>
    entryContent(bytes, offsets[index] ?? 0, 0, unpacker, most);
  return { names, encrypted, cut, content };
}

/** Where the first local headers begin, at most `most`. */
function* localHeaders(bytes: Buffer, most: number): Steps<readonly number[]> {
  const found: number[] = [];
  const needle = new Needle(bytes, LOCAL_HEADER.toString('latin1'));
  const last = bytes.length - LOCAL_HEADER_LENGTH;
  for (let start = 0; start <= last; start += STRIDE) {
    const end = Math.min(start + STRIDE, last + 1);
    for (let at = needle.within(start, end); at !== -1; at = needle.within(at + 1, end)) {
      found.push(at);
      if (found.length >= most) return found;
    }
    if (end <= last) yield;
  }
  return found;
}

const STORED = 0;
const DEFLATED = 8;

/** What an entry holds (APPNOTE.TXT section 4.3.7), its beginning where it is long; null where it cannot be read. */
function entryContent(
  bytes: Buffer,
  offset: number,
  size: number,
  unpacker: Unpacker,
  most?: number,
): Buffer | null {
  if (offset < 0 || offset + LOCAL_HEADER_LENGTH > bytes.length) return null;
  if (!bytes.subarray(offset, offset + 4).equals(LOCAL_HEADER)) return null;
  if ((bytes.readUInt16LE(offset + 6) & 1) !== 0) return null;
  const start =
    offset + LOCAL_HEADER_LENGTH + bytes.readUInt16LE(offset + 26) + bytes.readUInt16LE(offset + 28);
  // The size stands in the directory; in the local header it may be 0, and then what follows ends itself.
  const length = size > 0 ? size : bytes.readUInt32LE(offset + 18);
  const packed = length > 0 ? bytes.subarray(start, start + length) : bytes.subarray(start);
  const method = bytes.readUInt16LE(offset + 8);
  if (method === STORED) return length > 0 ? packed.subarray(0, most) : null;
  return method === DEFLATED ? unpacker.unpack(packed, 'raw', most) : null;
}
