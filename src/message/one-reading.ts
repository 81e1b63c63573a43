import type { Bodies } from './bodies.ts';
import type { Entity } from './entity.ts';
import type { RawField } from './header-block.ts';
import type { Marks } from './marks.ts';

/**
 * Characters of the whole message up to which its one reading is looked for: nearly all mail, and far below what makes two readings
 * differ by a budget.
 */
const LONGEST = 128 * 1024;
/** Characters of a field, line end included: what honest mail has, and no reader cuts. */
const LONGEST_FIELD = 900;

/** Fields of a part that readers take for structure; any other one could be structure to somebody. */
const PART_FIELDS: ReadonlySet<string> = new Set([
  'content-type',
  'content-transfer-encoding',
  'content-disposition',
  'content-language',
  'mime-version',
]);
/** A field as RFC 5322 has it: name, colon, printable text, folded only before more of it. */
const FIELD = /^[A-Za-z-]+: ?[\x20-\x7e\t]*(?:\r?\n[ \t]+[\x21-\x7e][\x20-\x7e\t]*)*\r?\n$/;
/** What stands between the fields of a part and its body. */
const EMPTY_LINE = /^\r?\n$/;

/** ASCII is ASCII in each of these, whoever decodes them, and nothing else ever becomes it. */
const CHARSETS = 'us-ascii|utf-8|iso-8859-1|iso-8859-2|iso-8859-9|iso-8859-15|windows-125[012]';
const PARAMETER = `charset="?(?:${CHARSETS})"?|format="?flowed"?|boundary=(?:[\\w.-]{1,70}|"[\\w.=+,:/-]{1,70}")`;
const CONTENT_TYPE = new RegExp(
  `^(?:text/plain|text/html|multipart/alternative)(?:\\s*;\\s*(?:${PARAMETER}))*\\s*;?\\s*$`,
  'i',
);
const ENCODING = /^(?:7bit|8bit|binary|quoted-printable|base64)$/i;
/** Whole groups of four, and nothing after padding. */
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const ODD_QUOTING = /=(?![0-9A-Fa-f]{2}|\r?\n)/;
const BARE_CR = /\r(?!\n)/;
/** Signs by which some charsets change what the next bytes mean, and NUL, at which some readers stop. */
const SHIFTS = /[\0\x0e\x0f\x1b]/;

/** One mailbox with a name that no reader splits: words, or a quoted string of words. */
const MAILBOX =
  /^(?:(?:[A-Za-z0-9][\w .'&-]{0,100}|"[A-Za-z0-9][\w .,'&-]{0,100}") ?<[A-Za-z0-9][\w.+=-]{0,63}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+){1,8}>|<?[A-Za-z0-9][\w.+=-]{0,63}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+){1,8}>?)$/;

/**
 * Whether every reader of mail reads this message as we do: one text or HTML body, or two that are alternatives, no files, and every
 * byte that is structure the way the RFCs have it. Says no wherever there is any doubt; then a second reader is asked.
 */
export function hasOneReading(
  bytes: Buffer,
  entities: readonly Entity[],
  bodies: Pick<Bodies, 'texts' | 'htmls' | 'files'>,
  marks: Marks,
): boolean {
  const root = entities[0];
  if (root === undefined || bytes.length > LONGEST || entities.length > 3) return false;
  if (marks.ambiguities.length > 0 || marks.overBudget.length > 0 || bodies.files.length > 0) return false;
  if (!isPlainHead(root) || !namesOne(root.fields)) return false;
  const body = bytes.toString('latin1', root.bodyStart);
  if (BARE_CR.test(body) || SHIFTS.test(body)) return false;
  if (bodies.texts.some(({ text }) => SHIFTS.test(text)) || bodies.htmls.some((html) => SHIFTS.test(html)))
    return false;
  if (root.head.type !== 'multipart/alternative') return entities.length === 1 && isPlainLeaf(root);
  return isPlainAlternative(body, root, entities.slice(1));
}

/** Fields about the content stand once each, in a form that nobody reads in two ways. */
function isPlainHead({ fields, bytes }: Entity): boolean {
  const seen = new Set<string>();
  for (const { name, value, start, end } of fields) {
    if (!name.startsWith('content-') && name !== 'mime-version') continue;
    if (!PART_FIELDS.has(name) || seen.has(name) || end - start > LONGEST_FIELD) return false;
    if (!FIELD.test(bytes.toString('latin1', start, end))) return false;
    const text = value.trim();
    if (name === 'content-type' && !isPlainType(text)) return false;
    if (name === 'content-transfer-encoding' && !ENCODING.test(text)) return false;
    if (name === 'content-disposition' && text.toLowerCase() !== 'inline') return false;
    seen.add(name);
  }
  return true;
}

function isPlainType(value: string): boolean {
  if (!CONTENT_TYPE.test(value)) return false;
  return ['charset', 'format', 'boundary'].every((name) => value.toLowerCase().split(`${name}=`).length <= 2);
}

/** One sender, and at most one address for answers: the second reader is asked for From, and reads Reply-To and Subject as well. */
function namesOne(fields: readonly RawField[]): boolean {
  let from = 0;
  for (const { name, value, start, end } of fields) {
    if (name !== 'from' && name !== 'reply-to' && name !== 'subject') continue;
    if (end - start > LONGEST_FIELD) return false;
    if (name === 'from') from += 1;
    if (name !== 'subject' && !MAILBOX.test(value.trim())) return false;
  }
  return from === 1;
}

function isPlainLeaf({ head, bytes, bodyStart, bodyEnd }: Entity): boolean {
  if (head.type !== 'text/plain' && head.type !== 'text/html') return false;
  if (head.encoding === 'quoted-printable')
    return !ODD_QUOTING.test(bytes.toString('latin1', bodyStart, bodyEnd));
  if (head.encoding !== 'base64') return true;
  return BASE64.test(bytes.toString('latin1', bodyStart, bodyEnd).replace(/[\r\n]+/g, ''));
}

/** Each of the delimiters is a line, and the boundary stands nowhere else. */
function isPlainAlternative(body: string, root: Entity, parts: readonly Entity[]): boolean {
  const { encoding, boundaries } = root.head;
  const [boundary] = boundaries;
  if (boundary === undefined || boundaries.length > 1 || parts.length === 0) return false;
  if (encoding === 'base64' || encoding === 'quoted-printable') return false;
  if (parts.some((part) => part.parent !== root || !isPlainPart(part))) return false;
  if (new Set(parts.map(({ head }) => head.type)).size < parts.length) return false;
  const delimiter = `--${boundary}`;
  const pieces = body.split(delimiter);
  // Before the first delimiter, each part, and what follows the last.
  if (pieces.length !== parts.length + 2) return false;
  return pieces.every((piece, at) => {
    const isLast = at === pieces.length - 1;
    const begins = at === 0 || (isLast ? /^--(?:\r?\n|$)/ : /^\r?\n/).test(piece);
    return begins && (isLast || piece.endsWith('\n') || (at === 0 && piece === ''));
  });
}

/** A leaf whose header is its fields, all of them known, and an empty line. */
function isPlainPart(part: Entity): boolean {
  const { fields, bytes, headerStart, bodyStart } = part;
  let at = headerStart;
  for (const { name, start, end } of fields) {
    if (start !== at || !PART_FIELDS.has(name)) return false;
    at = end;
  }
  if (fields.length === 0 || !EMPTY_LINE.test(bytes.toString('latin1', at, bodyStart))) return false;
  return isPlainHead(part) && isPlainLeaf(part);
}
