import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { crc32, deflateSync } from 'node:zlib';
import { prepareZXingModule, writeBarcode } from 'zxing-wasm/writer';

let ready: Promise<unknown> | null = null;

async function writer(): Promise<void> {
  const wasm = await readFile(fileURLToPath(import.meta.resolve('zxing-wasm/writer/zxing_writer.wasm')));
  const wasmBinary = wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength);
  await prepareZXingModule({ overrides: { wasmBinary }, fireImmediately: true });
}

/** Grey levels, one byte a pixel, of a QR code with a margin of four modules. */
export async function qrPixels(text: string, scale = 4): Promise<{ side: number; grey: Buffer }> {
  ready ??= writer();
  await ready;
  const { symbol } = await writeBarcode(text, { format: 'QRCode', scale: 1, addQuietZones: false });
  const modules = symbol.width;
  const side = (modules + 8) * scale;
  const grey = Buffer.alloc(side * side, 255);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const [column, row] = [Math.floor(x / scale) - 4, Math.floor(y / scale) - 4];
      const inside = column >= 0 && row >= 0 && column < modules && row < modules;
      if (inside) grey[y * side + x] = symbol.data[row * modules + column] ?? 255;
    }
  }
  return { side, grey };
}

/** A PNG of QR code. */
export async function qrPng(text: string, scale = 4): Promise<Buffer> {
  const { side, grey } = await qrPixels(text, scale);
  return png(side, side, grey);
}

/** A grey PNG (RFC 2083); pixels default to white. */
export function png(width: number, height: number, grey: Buffer = Buffer.alloc(width * height, 255)): Buffer {
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y++) grey.copy(rows, y * (width + 1) + 1, y * width, (y + 1) * width);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 0, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}
