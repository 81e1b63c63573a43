import { fileTypeFromBuffer } from 'file-type';

/** Magic bytes stand at the beginning; of a zip-based format the first few entries tell which it is. */
const MAGIC_BYTES = 64 * 1024;
/** Where a CD or DVD image names its format: sector 16, one byte in (ECMA-119 section 8.1). */
const SECTOR_16 = 0x8001;
/** A fixed VHD has its name in the last 512 bytes. */
const VHD_FOOTER = 512;

interface Magic {
  readonly type: string;
  readonly at: number;
  readonly bytes: Buffer;
}

const magic = (type: string, at: number, bytes: string): Magic => ({
  type,
  at,
  bytes: Buffer.from(bytes, 'latin1'),
});

/** Formats that carry attacks and that file-type does not know, or knows under other conditions. */
const MAGICS: readonly Magic[] = [
  magic('application/x.ms.shortcut', 0, 'L\x00\x00\x00\x01\x14\x02\x00'),
  magic('application/onenote', 0, '\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96\xd3'),
  magic('application/vnd.ms-htmlhelp', 0, 'ITSF\x03\x00\x00\x00'),
  magic('application/x-virtualbox-vhd', 0, 'conectix'),
  magic('application/x-virtualbox-vhdx', 0, 'vhdxfile'),
  magic('application/x-iso9660-image', SECTOR_16, 'CD001'),
  magic('application/x-iso9660-image', SECTOR_16, 'BEA01'),
];

/** The tag that only HTML applications have: they run as programs do. */
const HTML_APPLICATION = /<hta:application\b/i;
const SCRIPT_BYTES = 4 * 1024;

/** MIME type by magic bytes; null where they say nothing. */
export async function magicType(content: Buffer): Promise<string | null> {
  const own = MAGICS.find(({ at, bytes }) => content.subarray(at, at + bytes.length).equals(bytes));
  if (own !== undefined) return own.type;
  if (isFixedVhd(content)) return 'application/x-virtualbox-vhd';
  try {
    const known = (await fileTypeFromBuffer(content.subarray(0, MAGIC_BYTES)))?.mime;
    if (known !== undefined) return known;
  } catch {
    // file-type reads on inside some formats and trips over cut files; the magic then says nothing.
    return null;
  }
  return HTML_APPLICATION.test(content.toString('latin1', 0, SCRIPT_BYTES)) ? 'application/hta' : null;
}

function isFixedVhd(content: Buffer): boolean {
  const footer = content.length - VHD_FOOTER;
  return footer > 0 && content.toString('latin1', footer, footer + 8) === 'conectix';
}
