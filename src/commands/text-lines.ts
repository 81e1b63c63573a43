import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { type Line, LineSplitter } from '../ledger/lines.ts';
import { UsageError } from './failure.ts';

/** No line of a log or an export is a tenth as long; a file without line ends is not read into memory. */
export const TEXT_LINE_BYTES = 65_536;

/** The lines of a text file of any size, unpacked where its name ends in .gz. Throws UsageError where it cannot be read. */
export async function* textLines(path: string): AsyncGenerator<Line> {
  const file = createReadStream(path);
  // The callback form tells the reader of the last stream of an error in the first; the reader's loop throws it.
  const bytes = path.endsWith('.gz') ? pipeline(file, createGunzip(), () => undefined) : file;
  const splitter = new LineSplitter(TEXT_LINE_BYTES);
  try {
    for await (const chunk of bytes) yield* splitter.push(chunk);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${path}: cannot be read: ${why}`, { cause: error });
  }
  yield* splitter.end();
}
