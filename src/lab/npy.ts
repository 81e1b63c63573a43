import { open } from 'node:fs/promises';

/** Element types of the arrays that we write, as NumPy names them. */
const DESCRIPTORS = { float32: '<f4', int32: '<i4', int64: '<i8' } as const;

type Elements = Float32Array | Int32Array | BigInt64Array;

const MAGIC = '\x93NUMPY\x01\x00';
/** The data starts at a multiple of this (NumPy enhancement proposal 1). */
const ALIGNMENT = 64;

/**
 * Writes a NumPy .npy file (format 1.0, C order, little-endian) of the chunks one after the other. `shape` says how their elements
 * are to be read; throws where it does not fit their number.
 */
export async function writeNpy(
  path: string,
  type: keyof typeof DESCRIPTORS,
  shape: readonly number[],
  chunks: readonly Elements[],
): Promise<void> {
  const wanted = shape.reduce((product, length) => product * length, 1);
  const given = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  if (wanted !== given) throw new Error(`${path}: ${given} elements for the shape ${shape.join(' × ')}`);
  const file = await open(path, 'w');
  try {
    await file.write(header(DESCRIPTORS[type], shape));
    for (const chunk of chunks) {
      const bytes = new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      if (bytes.length > 0) await writeAll(file, bytes);
    }
  } finally {
    await file.close();
  }
}

async function writeAll(file: Awaited<ReturnType<typeof open>>, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length; ) {
    written += (await file.write(bytes, written)).bytesWritten;
  }
}

function header(descriptor: string, shape: readonly number[]): Buffer {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const text = `{'descr': '${descriptor}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const before = MAGIC.length + 2;
  const length = Math.ceil((before + text.length + 1) / ALIGNMENT) * ALIGNMENT - before;
  const bytes = Buffer.alloc(before + length, ' ');
  bytes.write(MAGIC, 'latin1');
  bytes.writeUInt16LE(length, MAGIC.length);
  bytes.write(text, before, 'latin1');
  bytes.write('\n', before + length - 1);
  return bytes;
}
