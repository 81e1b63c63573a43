import { createHash } from 'node:crypto';
import type { Bodies, FileBody, TextBody } from './bodies.ts';
import type { Budgets } from './budgets.ts';
import type { Marks } from './marks.ts';
import type { SecondView } from './second-view.ts';
import { Shift, type Steps } from './turns.ts';

/** What is judged: everything that either reading of the message found. */
export interface Reconciled {
  readonly texts: readonly TextBody[];
  readonly htmls: readonly string[];
  readonly files: readonly FileBody[];
}

/** Characters up to which bodies are compared; a difference shows early or is a difference in size. */
const COMPARED_CHARS = 256 * 1024;
/** Characters up to which white space is taken out to compare: each pass over as many takes some 10 ms. */
const LONGEST_FOLDED = 2 * 1024 * 1024;
/** Letters by which the readings may differ: charsets that one of them does not know, the `<br/>` between two bodies. */
const TOLERATED_LETTERS = 60;
/** What mailparser puts between two HTML bodies. */
const BETWEEN_HTML_BODIES = '<br/>\n';
/** mailparser puts the main fields of an inner message before its text. */
const FIELDS_OF_INNER_MESSAGE = 2_000;

/** Compares our reading with mailparser's, and adds what only mailparser found. */
export function* reconcile(
  own: Bodies,
  second: SecondView | null,
  budgets: Budgets,
  marks: Marks,
): Steps<Reconciled> {
  if (second === null) return own;
  const messages = own.files.filter((file) => file.type.startsWith('message/')).length;
  // mailparser takes some inner messages for text and some for files, so that it may have less or more there.
  const more = TOLERATED_LETTERS + messages * FIELDS_OF_INNER_MESSAGE;
  const less = messages > 0 ? Number.POSITIVE_INFINITY : TOLERATED_LETTERS;
  const texts = compare(own.texts.map((body) => body.text).join('\n'), second.text, more, less);
  const htmls = compare(own.htmls.join(BETWEEN_HTML_BODIES), second.html, more, less);
  if (texts !== 'same' || htmls !== 'same') marks.ambiguous('bodies_disagree');
  return {
    texts:
      texts === 'more'
        ? [...own.texts, { text: second.text, replacedByHtml: own.htmls.length > 0 }]
        : own.texts,
    htmls: htmls === 'more' ? [...own.htmls, second.html] : own.htmls,
    files: yield* mergeFiles(own.files, second, budgets, marks),
  };
}

/**
 * Compares two readings by the ASCII words in them: white space, flowed lines (RFC 3676) and charsets differ without
 * harm. Linear, unlike a search of one text in the other.
 */
function compare(own: string, other: string, more: number, less: number): 'same' | 'less' | 'more' {
  // The words are counted only where white space does not explain the difference, which is seldom.
  if (own === other) return 'same';
  const long = Math.max(own.length, other.length) > LONGEST_FOLDED;
  if (!long && (same(own, other, /[\r\n]+/g) || same(own, other, /\s+/g))) return 'same';
  const ours = words(own);
  const theirs = words(other);
  if (unseen(theirs, ours) > more) return 'more';
  return unseen(ours, theirs) > less ? 'less' : 'same';
}

function same(a: string, b: string, without: RegExp): boolean {
  return a.replace(without, '') === b.replace(without, '');
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.slice(0, COMPARED_CHARS).match(/[A-Za-z0-9]+/g));
}

/** Letters of the words that the other reading does not have. */
function unseen(words: ReadonlySet<string>, other: ReadonlySet<string>): number {
  let letters = 0;
  for (const word of words) if (!other.has(word)) letters += word.length;
  return letters;
}

function* mergeFiles(
  own: readonly FileBody[],
  second: SecondView,
  budgets: Budgets,
  marks: Marks,
): Steps<readonly FileBody[]> {
  const ours = yield* digests(own);
  const theirs = yield* digests(second.attachments);
  const known = new Set(ours);
  const other = new Set(theirs);
  // An inner message is walked by us, and its bytes differ by a line end.
  const hasMessages = own.some((file) => file.type.startsWith('message/'));
  const added: FileBody[] = [];
  for (const [at, attachment] of second.attachments.entries()) {
    const key = theirs[at] ?? '';
    if (known.has(key) || (hasMessages && attachment.type.startsWith('message/'))) continue;
    known.add(key);
    marks.ambiguous('attachments_disagree');
    if (own.length + added.length >= budgets.attachments) marks.over('attachments');
    else added.push({ ...attachment, charset: '', alsoBody: false });
  }
  if (own.some((file, at) => expected(file) && !other.has(ours[at] ?? '')))
    marks.ambiguous('attachments_disagree');
  return [...own, ...added];
}

/** Files that mailparser gives as attachments too. */
function expected(file: FileBody): boolean {
  return !file.alsoBody && !file.type.startsWith('message/');
}

function* digests(files: readonly { readonly content: Buffer }[]): Steps<readonly string[]> {
  const shift = new Shift();
  const found: string[] = [];
  for (const { content } of files) {
    found.push(digest(content));
    if (shift.due(Math.min(content.length, COMPARED_CHARS))) yield;
  }
  return found;
}

function digest(content: Buffer): string {
  return createHash('sha1')
    .update(content.subarray(0, COMPARED_CHARS))
    .update(String(content.length))
    .digest('base64');
}
