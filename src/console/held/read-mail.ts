import type { Content } from '../../mail/mail.ts';
import { decodeBodies } from '../../message/bodies.ts';
import { DEFAULT_BUDGETS } from '../../message/budgets.ts';
import { Marks } from '../../message/marks.ts';
import type { Link, Message } from '../../message/message.ts';
import { parse } from '../../message/parse.ts';
import { StructureWalk } from '../../message/structure.ts';
import { inTurns } from '../../message/turns.ts';
import { MAX_VIEW_CHARS } from './safe-html.ts';

/** Bytes that are read for a person: what lies beyond is in the raw download. */
export const SHOWN_BYTES = 4 * 1024 * 1024;
/** Raw headers shown. */
export const SHOWN_HEADER_BYTES = 65_536;

/** What a page shows of a mail. All of it is text of the sender. */
export interface ReadMail {
  readonly message: Message;
  readonly rawHeaders: string;
  readonly links: readonly Link[];
  /** Only the beginning was read. */
  readonly isCut: boolean;
}

const BUDGETS = { ...DEFAULT_BUDGETS, inspectBytes: SHOWN_BYTES, decodedBytes: SHOWN_BYTES };

export async function readMail(content: Content): Promise<ReadMail> {
  const message = await parse(content, BUDGETS);
  const head = await content.head(SHOWN_HEADER_BYTES);
  const end = /\r?\n\r?\n/.exec(head.toString('latin1'))?.index ?? head.length;
  return {
    message,
    rawHeaders: head.subarray(0, end).toString('utf8'),
    links: message.links,
    isCut: content.size > SHOWN_BYTES,
  };
}

/** The HTML of a mail as the sender wrote it: for the cleaner alone. */
export async function htmlOf(content: Content): Promise<{ readonly html: string; readonly isCut: boolean }> {
  const marks = new Marks();
  const walk = new StructureWalk(BUDGETS, marks);
  await inTurns(walk.walk(await content.head(SHOWN_BYTES), null));
  const { htmls } = await inTurns(decodeBodies(walk, BUDGETS, marks));
  const html = htmls.join('\n');
  return { html, isCut: html.length > MAX_VIEW_CHARS || content.size > SHOWN_BYTES };
}
