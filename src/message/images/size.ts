/** Width and height in pixels, and whether the format is one that can be decoded. */
export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/** Bytes of a JPEG in which the frame header is sought; embedded previews and profiles stand before it. */
const JPEG_HEAD = 512 * 1024;

/** The size that the header of a PNG, JPEG, GIF or BMP claims; null where it is none of them. Nothing is decoded. */
export function imageSize(bytes: Buffer): ImageSize | null {
  if (bytes.length < 26) return null;
  if (bytes.readUInt32BE(0) === 0x89504e47) {
    return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
  }
  if (bytes.toString('latin1', 0, 4) === 'GIF8') {
    return { width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) };
  }
  if (bytes.toString('latin1', 0, 2) === 'BM') {
    return { width: Math.abs(bytes.readInt32LE(18)), height: Math.abs(bytes.readInt32LE(22)) };
  }
  return bytes[0] === 0xff && bytes[1] === 0xd8 ? jpegSize(bytes.subarray(0, JPEG_HEAD)) : null;
}

/** Walks the segments up to the frame header (ITU T.81 section B.2.2). */
function jpegSize(bytes: Buffer): ImageSize | null {
  for (let at = 2; at + 9 < bytes.length; ) {
    if (bytes[at] !== 0xff) return null;
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const frame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (frame) return { width: bytes.readUInt16BE(at + 7), height: bytes.readUInt16BE(at + 5) };
    at += 2 + Math.max(2, bytes.readUInt16BE(at + 2));
  }
  return null;
}
