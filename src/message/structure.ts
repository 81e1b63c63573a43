import { OpenBoundaries } from './boundaries.ts';
import type { Budgets } from './budgets.ts';
import { type Entity, entityHead } from './entity.ts';
import { HeaderAllowance, readHeaderBlock, skipToBody } from './header-block.ts';
import type { Marks } from './marks.ts';
import { Shift, type Steps } from './turns.ts';

/**
 * Walks the MIME tree without decoding anything. Each byte is looked at a bounded number of times whatever the nesting,
 * and nothing recurses.
 */
export class StructureWalk {
  readonly #budgets: Budgets;
  readonly #marks: Marks;
  readonly #headers: HeaderAllowance;
  readonly #entities: Entity[] = [];

  constructor(budgets: Budgets, marks: Marks) {
    this.#budgets = budgets;
    this.#marks = marks;
    this.#headers = new HeaderAllowance(budgets);
  }

  get entities(): readonly Entity[] {
    return this.#entities;
  }

  /** Walks a whole message, or one that lay encoded inside `parent`. Returns its root, or null where no part is left. */
  walk(bytes: Buffer, parent: Entity | null): Steps<Entity | null> {
    return new Pass(bytes, this.#budgets, this.#marks, this.#headers, this.#entities).run(parent);
  }
}

/** One run over one buffer. */
class Pass {
  readonly #bytes: Buffer;
  readonly #budgets: Budgets;
  readonly #marks: Marks;
  readonly #headers: HeaderAllowance;
  readonly #entities: Entity[];
  readonly #open: OpenBoundaries;
  /** Entities whose body has no end yet, outermost first. */
  readonly #unfinished: Entity[] = [];
  readonly #shift = new Shift();

  constructor(bytes: Buffer, budgets: Budgets, marks: Marks, headers: HeaderAllowance, entities: Entity[]) {
    this.#bytes = bytes;
    this.#budgets = budgets;
    this.#marks = marks;
    this.#headers = headers;
    this.#entities = entities;
    this.#open = new OpenBoundaries(bytes, marks);
  }

  *run(parent: Entity | null): Steps<Entity | null> {
    const root = yield* this.#begin(0, parent, 'text/plain');
    if (root === null) return null;
    let at = yield* this.#descend(root);
    while (at < this.#bytes.length) {
      const delimiter = yield* this.#open.next(at);
      if (delimiter === null) break;
      if (this.#shift.due(delimiter.next - at)) yield;
      const multipart = this.#closeTo(delimiter.level, delimiter.start);
      if (delimiter.closing) {
        this.#open.close(delimiter);
        at = delimiter.next;
        continue;
      }
      const fallback = multipart.head.type === 'multipart/digest' ? 'message/rfc822' : 'text/plain';
      const child = yield* this.#begin(delimiter.next, multipart, fallback);
      if (child === null) break;
      at = yield* this.#descend(child);
    }
    if (this.#open.depth > 0) this.#marks.ambiguous('missing_closing_boundary');
    return root;
  }

  /** Reads the fields of the entity that begins at `start`. Null where the budget of parts is used up. */
  *#begin(start: number, parent: Entity | null, fallbackType: string): Steps<Entity | null> {
    if (this.#entities.length >= this.#budgets.parts) {
      this.#marks.over('parts');
      return null;
    }
    const bytes = this.#bytes;
    const block = readHeaderBlock(bytes, start, bytes.length, this.#headers, this.#marks, (from, to) =>
      this.#open.has(from, to),
    );
    if (block.cutShort) this.#marks.ambiguous('boundary_in_header');
    const entity: Entity = {
      head: entityHead(block.fields, fallbackType, this.#marks),
      depth: parent === null ? 0 : parent.depth + 1,
      parent,
      children: [],
      fields: block.fields,
      bytes,
      headerStart: start,
      bodyStart: block.tooLong ? yield* skipToBody(bytes, block.bodyStart) : block.bodyStart,
      bodyEnd: bytes.length,
    };
    parent?.children.push(entity);
    this.#entities.push(entity);
    this.#unfinished.push(entity);
    return entity;
  }

  /** Opens what the entity contains, as far as it is not encoded; gives the place where the search goes on. */
  *#descend(from: Entity): Steps<number> {
    let entity = from;
    for (;;) {
      const { type, encoding, boundaries } = entity.head;
      const identity = encoding === '' || encoding === '7bit' || encoding === '8bit' || encoding === 'binary';
      if (type.startsWith('multipart/') && boundaries.length > 0) {
        if (!identity) this.#marks.ambiguous('encoded_multipart');
        if (this.#fits(entity.depth + 1)) this.#open.open(entity);
        return entity.bodyStart;
      }
      if (!isMessage(type) || !identity) return entity.bodyStart;
      if (!this.#fits(entity.depth + 1)) return entity.bodyStart;
      const inner = yield* this.#begin(entity.bodyStart, entity, 'text/plain');
      if (inner === null) return this.#bytes.length;
      entity = inner;
    }
  }

  #fits(depth: number): boolean {
    if (depth <= this.#budgets.depth) return true;
    this.#marks.over('depth');
    return false;
  }

  /** Ends everything inside the multipart at `level`, whose own inner multiparts may have been left open. */
  #closeTo(level: number, end: number): Entity {
    if (this.#open.depth > level + 1) {
      this.#marks.ambiguous('missing_closing_boundary');
      this.#open.closeFrom(level + 1);
    }
    const multipart = this.#open.at(level);
    if (multipart === undefined) throw new RangeError('a boundary without its multipart');
    while (this.#unfinished.length > 0 && this.#unfinished.at(-1) !== multipart) {
      const entity = this.#unfinished.pop();
      if (entity !== undefined) entity.bodyEnd = Math.max(entity.bodyStart, end);
    }
    return multipart;
  }
}

/** Types whose body is a message of its own. */
export function isMessage(type: string): boolean {
  return type === 'message/rfc822' || type === 'message/global' || type === 'message/news';
}
