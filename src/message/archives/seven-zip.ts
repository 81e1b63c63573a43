import { type Listing, LONGEST_ENTRY_NAME, namesOnly } from './listing.ts';

const SEVEN_ZIP = Buffer.from('7z\xbc\xaf\x27\x1c', 'latin1');
/** Coder id of AES-256 in the header at the end of a 7z archive. */
const AES = Buffer.from([0x06, 0xf1, 0x07, 0x01]);
const HEAD = 32;
/** The header itself is looked at this far. */
const LONGEST_HEADER = 64 * 1024;
const PLAIN_HEADER = 0x01;
const NAMES = 0x11;

/**
 * Lists a 7z archive, at most `limit` names; null where it is none. Most packers compress the header (LZMA), which gives
 * no names; it still says whether it asks for a password.
 */
export function listSevenZip(bytes: Buffer, limit: number): Listing | null {
  if (!bytes.subarray(0, SEVEN_ZIP.length).equals(SEVEN_ZIP)) return null;
  const header = headerOf(bytes);
  const encrypted = header.includes(AES);
  if (header[0] !== PLAIN_HEADER) return namesOnly([], encrypted, false);
  const names = namesIn(header, limit + 1);
  return namesOnly(names.slice(0, limit), encrypted, names.length > limit);
}

/** The header that the start of the file points to (7zFormat.txt); where it points nowhere, the end of the file. */
function headerOf(bytes: Buffer): Buffer {
  const tail = bytes.subarray(Math.max(SEVEN_ZIP.length, bytes.length - 4_096));
  if (bytes.length < HEAD) return tail;
  const start = HEAD + bytes.readUInt32LE(12);
  const size = Math.min(bytes.readUInt32LE(20), LONGEST_HEADER);
  if (bytes.readUInt32LE(16) !== 0 || size === 0 || start + size > bytes.length) return tail;
  return bytes.subarray(start, start + size);
}

/** Names in UTF-16, each ended by a zero, behind the mark of the property, its size and "not external". */
function namesIn(header: Buffer, limit: number): string[] {
  for (let at = header.indexOf(NAMES); at !== -1; at = header.indexOf(NAMES, at + 1)) {
    const first = header[at + 1] ?? 0;
    const sizeBytes = first < 0x80 ? 1 : first < 0xc0 ? 2 : 0;
    const size = sizeBytes === 1 ? first : ((first & 0x3f) << 8) | (header[at + 2] ?? 0);
    const start = at + 1 + sizeBytes;
    const end = start + size;
    if (sizeBytes === 0 || size < 3 || size % 2 === 0 || header[start] !== 0 || end > header.length) continue;
    // Looked at before the names are decoded, so that they are decoded once, whatever looks like a beginning of them.
    if (header[end - 1] !== 0 || header[end - 2] !== 0) continue;
    const text = header.toString('utf16le', start + 1, end);
    return text
      .slice(0, -1)
      .split('\0', limit)
      .map((name) => name.slice(0, LONGEST_ENTRY_NAME));
  }
  return [];
}
