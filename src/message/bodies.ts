import type { Budgets } from './budgets.ts';
import { decodeBytes } from './charset.ts';
import type { Entity } from './entity.ts';
import type { Marks } from './marks.ts';
import { isMessage, type StructureWalk } from './structure.ts';
import { decodeTransfer } from './transfer.ts';
import { Shift, type Steps } from './turns.ts';

/** A piece of plain text, and whether the reader sees HTML in its place. */
export interface TextBody {
  readonly text: string;
  readonly replacedByHtml: boolean;
}

/** A file that came with the message, decoded. */
export interface FileBody {
  readonly fileName: string | null;
  readonly type: string;
  readonly charset: string;
  readonly inline: boolean;
  readonly content: Buffer;
  /** A body that is shown and has a name as well; the second view does not call that an attachment. */
  readonly alsoBody: boolean;
}

export interface Bodies {
  readonly texts: readonly TextBody[];
  readonly htmls: readonly string[];
  readonly files: readonly FileBody[];
  /** Decoded size by entity, in the order of the entities. */
  readonly sizes: ReadonlyMap<Entity, number>;
}

/** Decodes the bodies of all entities within the budgets. Messages that lie encoded inside are walked as well. */
export function decodeBodies(walk: StructureWalk, budgets: Budgets, marks: Marks): Steps<Bodies> {
  return new BodyDecoder(walk, budgets, marks).run();
}

/** Bytes of the longest character of any charset. */
const LONGEST_CHARACTER = 4;

class BodyDecoder {
  readonly #walk: StructureWalk;
  readonly #marks: Marks;
  readonly #texts: { entity: Entity; text: string }[] = [];
  readonly #htmls: string[] = [];
  readonly #files: FileBody[] = [];
  readonly #sizes = new Map<Entity, number>();
  /** multipart/alternative parts with HTML inside: their plain text is not shown. */
  readonly #withHtml = new Set<Entity>();
  readonly #budgets: Budgets;
  readonly #readableLeft: { text: number; html: number };
  readonly #shift = new Shift();
  #bytesLeft: number;

  constructor(walk: StructureWalk, budgets: Budgets, marks: Marks) {
    this.#walk = walk;
    this.#marks = marks;
    this.#bytesLeft = budgets.decodedBytes;
    this.#budgets = budgets;
    this.#readableLeft = {
      text: budgets.textChars * LONGEST_CHARACTER,
      html: budgets.htmlChars * LONGEST_CHARACTER,
    };
  }

  *run(): Steps<Bodies> {
    // The list grows while encoded messages are walked.
    for (let at = 0; at < this.#walk.entities.length; at++) {
      const entity = this.#walk.entities[at];
      if (entity !== undefined) yield* this.#read(entity);
    }
    const texts = this.#texts.map(({ entity, text }) => ({ text, replacedByHtml: this.#replaced(entity) }));
    return { texts, htmls: this.#htmls, files: this.#files, sizes: this.#sizes };
  }

  *#read(entity: Entity): Steps<void> {
    const { type, encoding } = entity.head;
    const hasChildren = entity.children.length > 0;
    if (type.startsWith('multipart/') && hasChildren) {
      this.#sizes.set(entity, entity.bodyEnd - entity.bodyStart);
      return;
    }
    const content = yield* this.#decode(entity);
    if (this.#shift.due(entity.bodyEnd - entity.bodyStart)) yield;
    this.#sizes.set(entity, content.length);
    if (isMessage(type)) {
      if (entity.depth > 0) this.#keepFile(entity, content, false);
      if (!hasChildren && encoding !== '') yield* this.#walk.walk(content, entity);
      return;
    }
    if (type.startsWith('multipart/') && encoding !== '' && (yield* this.#walkEncoded(entity, content)))
      return;
    this.#keepLeaf(entity, content);
  }

  /** RFC 2045 section 6.4 forbids encoding a multipart, and some readers decode it all the same. */
  *#walkEncoded(entity: Entity, content: Buffer): Steps<boolean> {
    const boundary = entity.head.boundaries[0];
    if (boundary === undefined || content === entity.bytes) return false;
    const quoted = boundary.replace(/["\\]/g, '\\$&');
    const head = Buffer.from(`Content-Type: multipart/mixed; boundary="${quoted}"\r\n\r\n`, 'latin1');
    const inner = yield* this.#walk.walk(Buffer.concat([head, content]), entity);
    return inner !== null && inner.children.length > 0;
  }

  #keepLeaf(entity: Entity, content: Buffer): void {
    const { type, disposition, fileName } = entity.head;
    const shown = disposition === '' || disposition === 'inline';
    const kind = shown ? bodyKind(type) : null;
    if (kind === null) {
      this.#keepFile(entity, content, false);
      return;
    }
    const decoded = decodeBytes(this.#readable(content, kind), entity.head.charset);
    if (decoded.unknownCharset) this.#marks.ambiguous('unknown_charset');
    if (kind === 'html') {
      this.#htmls.push(decoded.text);
      this.#markAlternatives(entity);
    } else this.#texts.push({ entity, text: decoded.text.replaceAll('\r\n', '\n') });
    if (fileName !== null) this.#keepFile(entity, content, true);
  }

  /** The bytes that can become text within the budget of all bodies: no charset takes more than four for a character. */
  #readable(content: Buffer, kind: 'text' | 'html'): Buffer {
    const left = this.#readableLeft[kind];
    if (content.length > left) this.#marks.over(kind === 'text' ? 'textChars' : 'htmlChars');
    const readable = content.subarray(0, left);
    this.#readableLeft[kind] -= readable.length;
    return readable;
  }

  #keepFile(entity: Entity, content: Buffer, alsoBody: boolean): void {
    if (this.#files.length >= this.#budgets.attachments) {
      this.#marks.over('attachments');
      return;
    }
    const { type, charset, fileName, disposition, contentId } = entity.head;
    const inline = disposition === 'inline' || (disposition === '' && contentId !== '');
    this.#files.push({ fileName, type, charset, inline, content, alsoBody });
  }

  *#decode(entity: Entity): Steps<Buffer> {
    const { bytes, bodyStart, bodyEnd } = entity;
    const length = Math.max(0, bodyEnd - bodyStart);
    // Encoded data is at most as long when decoded, so that what is left bounds it before the work is done.
    if (length > this.#bytesLeft) this.#marks.over('decodedBytes');
    const raw = bytes.subarray(bodyStart, bodyStart + Math.min(length, this.#bytesLeft));
    const content = yield* decodeTransfer(raw, entity.head.encoding, this.#marks);
    this.#bytesLeft -= content.length;
    return content;
  }

  #markAlternatives(html: Entity): void {
    for (let up = html.parent; up !== null; up = up.parent) {
      if (up.head.type === 'multipart/alternative') this.#withHtml.add(up);
    }
  }

  #replaced(text: Entity): boolean {
    for (let up = text.parent; up !== null; up = up.parent) if (this.#withHtml.has(up)) return true;
    return false;
  }
}

function bodyKind(type: string): 'text' | 'html' | null {
  switch (type) {
    case 'text/html':
    case 'application/xhtml+xml':
      return 'html';
    case 'text/plain':
    case 'message/delivery-status':
      return 'text';
    default:
      // A multipart without parts that can be read is shown as text by some readers.
      return type.startsWith('multipart/') ? 'text' : null;
  }
}
