import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeNpy } from '../../src/lab/npy.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'postern-npy-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('a .npy file', () => {
  test('has the magic, an aligned header of one line, and the chunks in order', async () => {
    const path = join(folder, 'a.npy');
    await writeNpy(path, 'float32', [2, 3], [Float32Array.of(1, 2, 3), Float32Array.of(4, Number.NaN, 6)]);
    const bytes = await readFile(path);
    expect(bytes.subarray(0, 8).toString('latin1')).toBe('\x93NUMPY\x01\x00');
    const start = 10 + bytes.readUInt16LE(8);
    expect(start % 64).toBe(0);
    expect(bytes.subarray(10, start).toString('latin1')).toMatch(
      /^\{'descr': '<f4', 'fortran_order': False, 'shape': \(2, 3\), \} *\n$/,
    );
    expect(Array.from({ length: 6 }, (_, i) => bytes.readFloatLE(start + 4 * i))).toEqual([
      1,
      2,
      3,
      4,
      Number.NaN,
      6,
    ]);
    expect(bytes.length).toBe(start + 24);
  });

  test('of one dimension has a tuple with a comma, also without elements', async () => {
    const path = join(folder, 'b.npy');
    await writeNpy(path, 'int64', [0], []);
    expect((await readFile(path)).toString('latin1')).toContain("'shape': (0,), }");
  });

  test('is refused where the shape does not fit', async () => {
    await expect(writeNpy(join(folder, 'c.npy'), 'int32', [3], [Int32Array.of(1)])).rejects.toThrow(
      '1 elements for the shape 3',
    );
  });
});
