import { deflateSync } from 'node:zlib';

/** A PDF of these objects, without cross-references, as broken lures are. */
export function pdf(...objects: readonly (string | Buffer)[]): Buffer {
  const parts = objects.flatMap((object, at) => [
    Buffer.from(`${at + 1} 0 obj\n`),
    typeof object === 'string' ? Buffer.from(object, 'latin1') : object,
    Buffer.from('\nendobj\n'),
  ]);
  return Buffer.concat([
    Buffer.from('%PDF-1.5\n'),
    ...parts,
    Buffer.from('trailer <</Root 1 0 R>>\n%%EOF\n'),
  ]);
}

/** A stream with this dictionary. */
export function stream(dictionary: string, data: Buffer | string): Buffer {
  const bytes = Buffer.from(data as Buffer);
  return Buffer.concat([
    Buffer.from(`<<${dictionary}/Length ${bytes.length}>>\nstream\n`, 'latin1'),
    bytes,
    Buffer.from('\nendstream'),
  ]);
}

/** A compressed object stream. */
export function objectStream(objects: string): Buffer {
  return stream('/Type/ObjStm/N 1/First 4/Filter/FlateDecode', deflateSync(Buffer.from(objects, 'latin1')));
}
