import { createHash } from 'node:crypto';
import type { Bodies, FileBody, TextBody } from './bodies.ts';
import type { Budgets } from './budgets.ts';
import type { Marks } from './marks.ts';
import type { SecondView } from './second-view.ts';

/** What is judged: everything that either reading of the message found. */
export interface Reconciled {
  readonly texts: readonly TextBody[];
  readonly htmls: readonly string[];
  readonly files: readonly FileBody[];
}

/** Sizes up to which bodies are compared; a difference shows early or is a difference in size. */
const COMPARED_CHARS = 256 * 1024;
/** Letters by which the readings may differ: charsets that one of them does not know, marks of forwarded messages. */
const TOLERATED_LETTERS = 40;

/** Compares our reading with mailparser's, and adds what only mailparser found. */
export function reconcile(
  own: Bodies,
  second: SecondView | null,
  budgets: Budgets,
  marks: Marks,
): Reconciled {
  if (second === null) return own;
  const extraText = differs(own.texts.map((body) => body.text).join('\n'), second.text);
  const extraHtml = differs(own.htmls.join('\n'), second.html);
  if (extraText || extraHtml) marks.ambiguous('bodies_disagree');
  return {
    texts:
      extraText && second.text !== ''
        ? [...own.texts, { text: second.text, replacedByHtml: own.htmls.length > 0 }]
        : own.texts,
    htmls: extraHtml && second.html !== '' ? [...own.htmls, second.html] : own.htmls,
    files: mergeFiles(own.files, second, budgets, marks),
  };
}

/** Compares by ASCII letters and digits, because white space, line ends and charsets differ without harm. */
function differs(own: string, other: string): boolean {
  const a = letters(own);
  const b = letters(other);
  if (Math.abs(a.length - b.length) > TOLERATED_LETTERS) return true;
  return a !== b && !a.includes(b) && !b.includes(a);
}

function letters(text: string): string {
  return text.slice(0, COMPARED_CHARS).replace(/[^A-Za-z0-9]+/g, '');
}

function mergeFiles(
  own: readonly FileBody[],
  second: SecondView,
  budgets: Budgets,
  marks: Marks,
): readonly FileBody[] {
  const known = new Set(own.map((file) => digest(file.content)));
  const theirs = new Set(second.attachments.map((attachment) => digest(attachment.content)));
  const added: FileBody[] = [];
  for (const attachment of second.attachments) {
    const key = digest(attachment.content);
    if (known.has(key)) continue;
    known.add(key);
    marks.ambiguous('attachments_disagree');
    if (own.length + added.length >= budgets.attachments) marks.over('attachments');
    else added.push({ ...attachment, charset: '', alsoBody: false });
  }
  if (own.some((file) => expected(file) && !theirs.has(digest(file.content))))
    marks.ambiguous('attachments_disagree');
  return [...own, ...added];
}

/** Files that mailparser gives as attachments too. */
function expected(file: FileBody): boolean {
  return !file.alsoBody && !file.type.startsWith('message/');
}

function digest(content: Buffer): string {
  return createHash('sha1')
    .update(content.subarray(0, COMPARED_CHARS))
    .update(String(content.length))
    .digest('base64');
}
