import { setImmediate } from 'node:timers/promises';
import type { Pixels, QrCodes, QrOutcome } from '../images/qr-codes.ts';
import type { Unpacker } from '../unpacker.ts';
import type { PdfStream } from './streams.ts';

/** Unpacked bytes of one page image: a grey scan of A4 at 200 dpi. */
const IMAGE_BYTES = 4 * 1024 * 1024;
/** Pages of scans; a lure has its code on the first page. */
const MAX_IMAGES = 12;

/** Searches the images in a PDF's pages for QR codes; 'unread' where one of them could not be searched. */
export async function searchPdfImages(
  streams: readonly PdfStream[],
  codes: QrCodes,
  unpacker: Unpacker,
): Promise<QrOutcome> {
  let outcome: QrOutcome = 'read';
  const images = streams.filter(({ dictionary }) => /\/Subtype\s*\/Image\b/.test(dictionary));
  for (const image of images.slice(0, MAX_IMAGES)) {
    // Unpacking blocks for some 50 ms; others get their turn between two images.
    await setImmediate();
    if ((await searchImage(image, codes, unpacker)) === 'unread') outcome = 'unread';
  }
  return images.length > MAX_IMAGES ? 'unread' : outcome;
}

async function searchImage(stream: PdfStream, codes: QrCodes, unpacker: Unpacker): Promise<QrOutcome> {
  const { dictionary, data } = stream;
  const width = numberOf(dictionary, 'Width') ?? numberOf(dictionary, 'W') ?? 0;
  const height = numberOf(dictionary, 'Height') ?? numberOf(dictionary, 'H') ?? 0;
  if (width < 1 || height < 1) return 'unread';
  if (codes.tooSmall({ width, height })) return 'read';
  const filters = [
    ...dictionary.matchAll(/\/(DCT|Flate|LZW|CCITTFax|JBIG2|JPX|RunLength|ASCII\w{2,5})Decode\b/g),
  ];
  const last = filters.at(-1)?.[1] ?? '';
  const packed = filters.some((filter) => filter[1] === 'Flate');
  if (filters.some((filter) => filter[1] !== 'Flate' && filter[1] !== 'DCT')) return 'unread';
  const raw = packed ? unpacker.unpack(data, 'zlib', IMAGE_BYTES) : data;
  if (raw === null) return 'unread';
  if (last === 'DCT') return codes.search(raw);
  const pixels = pixelsOf(raw, dictionary, width, height, codes.room);
  return pixels === null ? 'unread' : codes.searchPixels(pixels);
}

function numberOf(dictionary: string, name: string): number | null {
  const found = new RegExp(`/${name}\\s+(\\d{1,6})\\b`).exec(dictionary)?.[1];
  return found === undefined ? null : Number(found);
}

/**
 * Samples as pixels, every n-th where all would be more than `room`. The colour space may stand in another object, so that
 * the number of components is told from the length; only brightness counts.
 */
function pixelsOf(
  raw: Buffer,
  dictionary: string,
  width: number,
  height: number,
  room: number,
): Pixels | null {
  const bits = /\/ImageMask\s+true\b/.test(dictionary) ? 1 : (numberOf(dictionary, 'BitsPerComponent') ?? 8);
  if (bits !== 1 && bits !== 8) return null;
  const predicted = (numberOf(dictionary, 'Predictor') ?? 1) >= 10;
  const rowBytes = Math.floor(raw.length / height) - (predicted ? 1 : 0);
  const components = bits === 1 ? 1 : Math.floor(rowBytes / width);
  if (components < 1 || components > 4 || rowBytes < Math.ceil((width * components * bits) / 8)) return null;
  const rows = predicted ? unfilter(raw, rowBytes, height, components) : raw;
  const step = Math.max(1, Math.ceil(Math.sqrt((width * height) / Math.max(1, room))));
  const wide = Math.floor(width / step);
  const high = Math.floor(height / step);
  const data = Buffer.alloc(wide * high);
  for (let y = 0, to = 0; y < high; y++) {
    const row = y * step * rowBytes;
    for (let x = 0; x < wide; x++, to++) {
      data[to] =
        bits === 1 ? bitAt(rows, row, x * step) : sampleAt(rows, row + x * step * components, components);
    }
  }
  return { width: wide, height: high, data };
}

function bitAt(rows: Buffer, row: number, x: number): number {
  return ((rows[row + (x >> 3)] ?? 0) >> (7 - (x & 7))) & 1 ? 255 : 0;
}

/** Brightness of grey, RGB or CMYK, whose ink darkens. */
function sampleAt(rows: Buffer, at: number, components: number): number {
  const first = rows[at] ?? 0;
  if (components < 3) return first;
  const sum = first + (rows[at + 1] ?? 0) + (rows[at + 2] ?? 0);
  // A third, in whole numbers.
  const mean = (sum * 85) >> 8;
  return components === 3 ? mean : 255 - Math.min(255, mean + (rows[at + 3] ?? 0));
}

/** Undoes the row filters of PNG (RFC 2083 section 6), which PDF borrows; in place. */
function unfilter(raw: Buffer, rowBytes: number, height: number, pixelBytes: number): Buffer {
  const out = Buffer.alloc(rowBytes * height);
  for (let y = 0; y < height; y++) {
    const from = y * (rowBytes + 1);
    const filter = raw[from] ?? 0;
    const to = y * rowBytes;
    for (let x = 0; x < rowBytes; x++) {
      const left = x >= pixelBytes ? (out[to + x - pixelBytes] ?? 0) : 0;
      const up = y > 0 ? (out[to + x - rowBytes] ?? 0) : 0;
      const upLeft = y > 0 && x >= pixelBytes ? (out[to + x - rowBytes - pixelBytes] ?? 0) : 0;
      out[to + x] = ((raw[from + 1 + x] ?? 0) + predicted(filter, left, up, upLeft)) & 0xff;
    }
  }
  return out;
}

function predicted(filter: number, left: number, up: number, upLeft: number): number {
  switch (filter) {
    case 1:
      return left;
    case 2:
      return up;
    case 3:
      return (left + up) >> 1;
    case 4: {
      const estimate = left + up - upLeft;
      const [a, b, c] = [Math.abs(estimate - left), Math.abs(estimate - up), Math.abs(estimate - upLeft)];
      return a <= b && a <= c ? left : b <= c ? up : upLeft;
    }
    default:
      return 0;
  }
}
