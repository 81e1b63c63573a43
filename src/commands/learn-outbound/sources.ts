import { open, stat } from 'node:fs/promises';
import { Networks } from '../../gate/networks.ts';
import { fileContent } from '../../mail/content.ts';
import { findMail, type MailSource } from '../../mail/files.ts';
import type { Written } from '../../reputation/outbound.ts';
import { HEAD_BYTES, readWrittenHead } from '../../reputation/written-head.ts';
import { UsageError } from '../failure.ts';
import { textLines } from '../text-lines.ts';
import { isPostfixLine, PostfixLog } from './postfix-log.ts';

/** Lines at the start of a log that may be of other programs. */
const LOOKED_AT_LINES = 1_000;

export interface SourceOptions {
  readonly clients: readonly string[];
  readonly now: Date;
}

/** A message of ours that may be learned from; `undated` has no Date that can be. */
export type Found = Written | 'undated';

/** All messages of the paths, in order: Postfix logs (.gz, too), mbox files, .eml files and folders of those. Throws UsageError. */
export async function* foundIn(paths: readonly string[], options: SourceOptions): AsyncGenerator<Found> {
  const clients = new Networks(options.clients);
  const log = new PostfixLog({ clients, now: options.now });
  for (const path of paths) {
    if ((await kindOf(path)) === 'mail') {
      for await (const source of findMail([path])) yield await writtenIn(source, options.now);
      continue;
    }
    for await (const line of textLines(path)) {
      const written = 'text' in line ? log.push(line.text) : null;
      if (written !== null) yield written;
    }
  }
  yield* log.end();
}

async function kindOf(path: string): Promise<'mail' | 'log'> {
  const info = await stat(path).catch((cause: unknown) => {
    throw new UsageError(`${path}: cannot be read`, { cause });
  });
  if (info.isDirectory() || path.endsWith('.eml') || (await startsAsMbox(path))) return 'mail';
  let count = 0;
  for await (const line of textLines(path)) {
    if ('text' in line && isPostfixLine(line.text)) return 'log';
    if (++count >= LOOKED_AT_LINES) break;
  }
  throw new UsageError(`${path}: is neither a Postfix log nor an mbox, nor a .eml file or a folder of them`);
}

async function startsAsMbox(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(5), 0, 5, 0);
    return buffer.toString('latin1', 0, bytesRead) === 'From ';
  } finally {
    await file.close();
  }
}

async function writtenIn(source: MailSource, now: Date): Promise<Found> {
  const { automatic, date, from, recipients } = readWrittenHead(await headOf(source));
  if (date === null || date > now) return 'undated';
  return { at: date, senders: from, recipients, automatic };
}

async function headOf(source: MailSource): Promise<Buffer> {
  if ('path' in source) return fileContent(source.path, (await stat(source.path)).size).head(HEAD_BYTES);
  const { buffer, byteLength, byteOffset } = source.bytes;
  return Buffer.from(buffer, byteOffset, Math.min(byteLength, HEAD_BYTES));
}
