import yauzl from 'yauzl';
import { guess } from './charset.ts';

/** What the directory of an archive tells; nothing is unpacked, so a bomb costs no more than its names. */
export interface ArchiveListing {
  readonly entries: readonly string[];
  readonly encrypted: boolean;
  /** More names than the budget allowed. */
  readonly cut: boolean;
}

const LOCAL_HEADER = Buffer.from('PK\x03\x04', 'latin1');
const END_OF_DIRECTORY = Buffer.from('PK\x05\x06', 'latin1');
/** The end record stands at most 64 KiB of comment before the end of the file. */
const END_RECORD_REACH = 65_557;
const LONGEST_ENTRY_NAME = 500;

/** Whether the bytes are, or end in, a zip archive: readers find it from its end, whatever stands before. */
export function looksLikeZip(bytes: Buffer): boolean {
  if (bytes.subarray(0, 4).equals(LOCAL_HEADER)) return true;
  return bytes.subarray(Math.max(0, bytes.length - END_RECORD_REACH)).lastIndexOf(END_OF_DIRECTORY) !== -1;
}

/** Lists a zip archive, at most `limit` names. A damaged directory gives the names up to the damage. */
export async function listZip(bytes: Buffer, limit: number): Promise<ArchiveListing> {
  const entries: string[] = [];
  let encrypted = false;
  let cut = false;
  try {
    const archive = await yauzl.fromBufferPromise(bytes, {
      lazyEntries: true,
      decodeStrings: false,
      validateEntrySizes: false,
    });
    for await (const entry of archive.eachEntry()) {
      if (entries.length >= limit) {
        cut = true;
        break;
      }
      encrypted ||= (entry.generalPurposeBitFlag & 1) !== 0;
      entries.push(guess(Buffer.from(entry.fileName)).slice(0, LONGEST_ENTRY_NAME));
    }
  } catch {
    // A damaged or cut archive: the reader's program may open it still, so the local headers are read instead.
    if (entries.length === 0) return listLocalHeaders(bytes, limit);
  }
  return { entries, encrypted, cut };
}

const LOCAL_HEADER_LENGTH = 30;

/** Names from the headers that stand before each file; what programs show that repair an archive. */
function listLocalHeaders(bytes: Buffer, limit: number): ArchiveListing {
  const entries: string[] = [];
  let encrypted = false;
  let at = bytes.indexOf(LOCAL_HEADER);
  while (at !== -1 && at + LOCAL_HEADER_LENGTH <= bytes.length) {
    if (entries.length >= limit) return { entries, encrypted, cut: true };
    const nameLength = Math.min(bytes.readUInt16LE(at + 26), LONGEST_ENTRY_NAME);
    encrypted ||= (bytes.readUInt16LE(at + 6) & 1) !== 0;
    entries.push(guess(bytes.subarray(at + LOCAL_HEADER_LENGTH, at + LOCAL_HEADER_LENGTH + nameLength)));
    at = bytes.indexOf(LOCAL_HEADER, at + 4);
  }
  return { entries, encrypted, cut: false };
}

const RAR4 = Buffer.from('Rar!\x1a\x07\x00', 'latin1');
const RAR5 = Buffer.from('Rar!\x1a\x07\x01\x00', 'latin1');
const SEVEN_ZIP = Buffer.from('7z\xbc\xaf\x27\x1c', 'latin1');
/** Coder id of AES-256 in the header at the end of a 7z archive. */
const SEVEN_ZIP_AES = Buffer.from([0x06, 0xf1, 0x07, 0x01]);
const SEVEN_ZIP_TAIL = 4 * 1024;
const RAR4_FILE_BLOCK = 0x74;
const RAR5_ENCRYPTION_HEADER = 4;

/** Whether a RAR or 7z archive asks for a password, as far as its first and last bytes tell. */
export function otherArchiveEncrypted(bytes: Buffer): boolean {
  if (bytes.subarray(0, RAR5.length).equals(RAR5)) return bytes[RAR5.length + 5] === RAR5_ENCRYPTION_HEADER;
  if (bytes.subarray(0, RAR4.length).equals(RAR4)) return rar4Encrypted(bytes);
  if (!bytes.subarray(0, SEVEN_ZIP.length).equals(SEVEN_ZIP)) return false;
  return bytes.subarray(Math.max(0, bytes.length - SEVEN_ZIP_TAIL)).includes(SEVEN_ZIP_AES);
}

function rar4Encrypted(bytes: Buffer): boolean {
  const main = RAR4.length;
  if (bytes.length < main + 7) return false;
  if ((bytes.readUInt16LE(main + 3) & 0x80) !== 0) return true;
  const first = main + bytes.readUInt16LE(main + 5);
  if (bytes.length < first + 7 || bytes[first + 2] !== RAR4_FILE_BLOCK) return false;
  return (bytes.readUInt16LE(first + 3) & 0x04) !== 0;
}
