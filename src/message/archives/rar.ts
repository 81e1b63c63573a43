import { guess } from '../charset.ts';
import { type Listing, LONGEST_ENTRY_NAME, namesOnly } from './listing.ts';

const RAR4 = Buffer.from('Rar!\x1a\x07\x00', 'latin1');
const RAR5 = Buffer.from('Rar!\x1a\x07\x01\x00', 'latin1');

/** Lists a RAR archive of version 4 or 5, at most `limit` names; null where it is none. Headers that are encrypted give no names. */
export function listRar(bytes: Buffer, limit: number): Listing | null {
  if (bytes.subarray(0, RAR5.length).equals(RAR5)) return listRar5(bytes, limit);
  if (bytes.subarray(0, RAR4.length).equals(RAR4)) return listRar4(bytes, limit);
  return null;
}

const RAR4_MAIN = 0x73;
const RAR4_FILE = 0x74;
const RAR4_HEADERS_ENCRYPTED = 0x80;
const RAR4_FILE_ENCRYPTED = 0x04;
/** The block is followed by data whose length stands in its header. */
const RAR4_HAS_DATA = 0x8000;
const RAR4_BIG = 0x100;
const RAR4_HEAD = 7;
const RAR4_FILE_HEAD = 32;

function listRar4(bytes: Buffer, limit: number): Listing {
  const names: string[] = [];
  let encrypted = false;
  for (let at = RAR4.length; at + RAR4_HEAD <= bytes.length; ) {
    const type = bytes[at + 2];
    const flags = bytes.readUInt16LE(at + 3);
    const headSize = bytes.readUInt16LE(at + 5);
    if (type === RAR4_MAIN && (flags & RAR4_HEADERS_ENCRYPTED) !== 0) return namesOnly(names, true, false);
    if (type === RAR4_FILE && at + RAR4_FILE_HEAD <= bytes.length) {
      if (names.length >= limit) return namesOnly(names, encrypted, true);
      encrypted ||= (flags & RAR4_FILE_ENCRYPTED) !== 0;
      names.push(rar4Name(bytes, at, flags));
    }
    const hasData = type === RAR4_FILE || (flags & RAR4_HAS_DATA) !== 0;
    const data = hasData && at + 11 <= bytes.length ? bytes.readUInt32LE(at + 7) : 0;
    // A block shorter than its own head would be read for ever.
    if (headSize < RAR4_HEAD) break;
    at += headSize + data;
  }
  return namesOnly(names, encrypted, false);
}

function rar4Name(bytes: Buffer, at: number, flags: number): string {
  const length = Math.min(bytes.readUInt16LE(at + 26), LONGEST_ENTRY_NAME);
  const start = at + RAR4_FILE_HEAD + ((flags & RAR4_BIG) === 0 ? 0 : 8);
  const raw = bytes.subarray(start, start + length);
  // A zero byte separates the name from its packed Unicode form.
  const end = raw.indexOf(0);
  return guess(end === -1 ? raw : raw.subarray(0, end));
}

const RAR5_FILE = 2;
const RAR5_ENCRYPTION = 4;
const RAR5_HAS_EXTRA = 1;
const RAR5_HAS_DATA = 2;
const RAR5_FILE_TIME = 2;
const RAR5_FILE_CRC = 4;
/** Extra record that says a file is encrypted. */
const RAR5_EXTRA_ENCRYPTED = 1;

function listRar5(bytes: Buffer, limit: number): Listing {
  const names: string[] = [];
  let encrypted = false;
  for (let at = RAR5.length; at + 4 < bytes.length; ) {
    const reader = new Numbers(bytes, at + 4);
    const size = reader.next();
    const end = reader.at + size;
    const type = reader.next();
    const flags = reader.next();
    if (type === RAR5_ENCRYPTION) return namesOnly(names, true, false);
    const extra = (flags & RAR5_HAS_EXTRA) === 0 ? 0 : reader.next();
    const data = (flags & RAR5_HAS_DATA) === 0 ? 0 : reader.next();
    if (type === RAR5_FILE) {
      if (names.length >= limit) return namesOnly(names, encrypted, true);
      names.push(rar5Name(reader, bytes));
      encrypted ||= extra > 0 && isEncrypted(bytes, end - extra);
    }
    if (size === 0 || reader.broken) break;
    at = end + data;
  }
  return namesOnly(names, encrypted, false);
}

function rar5Name(reader: Numbers, bytes: Buffer): string {
  const flags = reader.next();
  reader.next();
  reader.next();
  if ((flags & RAR5_FILE_TIME) !== 0) reader.at += 4;
  if ((flags & RAR5_FILE_CRC) !== 0) reader.at += 4;
  reader.next();
  reader.next();
  const length = Math.min(reader.next(), LONGEST_ENTRY_NAME);
  return guess(bytes.subarray(reader.at, reader.at + length));
}

/** The first extra record of a file; where a file is encrypted, the packer writes that record first. */
function isEncrypted(bytes: Buffer, at: number): boolean {
  if (at < 0 || at >= bytes.length) return false;
  const reader = new Numbers(bytes, at);
  reader.next();
  return reader.next() === RAR5_EXTRA_ENCRYPTED;
}

/** Numbers of seven bits a byte, the lowest first (RAR 5.0 technical note, "vint"). */
class Numbers {
  readonly #bytes: Buffer;
  at: number;
  broken = false;

  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes;
    this.at = at;
  }

  next(): number {
    let value = 0;
    for (let shift = 0; shift < 49; shift += 7) {
      const byte = this.#bytes[this.at];
      if (byte === undefined) break;
      this.at += 1;
      value += (byte & 0x7f) * 2 ** shift;
      if ((byte & 0x80) === 0) return value;
    }
    this.broken = true;
    return 0;
  }
}
