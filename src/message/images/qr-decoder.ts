import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { ReaderOptions } from 'zxing-wasm/reader';

const OPTIONS: ReaderOptions = {
  formats: ['QRCode', 'MicroQRCode', 'RMQRCode'],
  // The finder of QR codes takes them at any angle; turning the image is for bar codes.
  tryRotate: false,
  maxNumberOfSymbols: 8,
};

/** Each page of a message has few codes; a sheet of stickers is no message. */
let reader: Promise<typeof import('zxing-wasm/reader')> | null = null;

/** Loaded with the first image and not before: most mail has none, and loading takes 20 ms. */
async function load(): Promise<typeof import('zxing-wasm/reader')> {
  const library = await import('zxing-wasm/reader');
  // From the disk: the library would fetch it from a public host.
  const wasm = await readFile(fileURLToPath(import.meta.resolve('zxing-wasm/reader/zxing_reader.wasm')));
  const wasmBinary = wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength);
  await library.prepareZXingModule({ overrides: { wasmBinary }, fireImmediately: true });
  return library;
}

/** Texts of the QR codes in an encoded image (PNG, JPEG, GIF, BMP, PGM); null where it cannot be decoded. Blocks meanwhile. */
export async function decodeQrCodes(image: Uint8Array): Promise<readonly string[] | null> {
  reader ??= load();
  const { readBarcodes } = await reader;
  try {
    const results = await readBarcodes(image, OPTIONS);
    // What it cannot load, it reports as a result without a format.
    if (results.some((result) => result.error !== '' && `${result.format}` === '')) return null;
    return results.filter((result) => result.isValid).map((result) => result.text);
  } catch {
    // A damaged image, or one that the decoder gives up on.
    return null;
  }
}
