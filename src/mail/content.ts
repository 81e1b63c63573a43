import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { Content } from './mail.ts';

/** Content that is in memory. The buffer is not copied: whoever gives it must not change it. */
export function bufferContent(bytes: Buffer): Content {
  return {
    size: bytes.length,
    stream: () => Readable.from(bytes.length === 0 ? [] : [bytes], { objectMode: false }),
    head: async (limit) => bytes.subarray(0, limit),
  };
}

/** Content of a file that nobody writes to any more. `size` is what the writer counted. */
export function fileContent(path: string, size: number): Content {
  return {
    size,
    path,
    stream: () => (size === 0 ? Readable.from([]) : createReadStream(path, { end: size - 1 })),
    head: (limit) => readHead(path, Math.min(limit, size)),
  };
}

async function readHead(path: string, length: number): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const buffer = Buffer.alloc(length);
    let filled = 0;
    while (filled < length) {
      const { bytesRead } = await file.read(buffer, filled, length - filled, filled);
      if (bytesRead === 0) throw new Error(`${path}: ${filled} bytes where ${length} were expected`);
      filled += bytesRead;
    }
    return buffer;
  } finally {
    await file.close();
  }
}
