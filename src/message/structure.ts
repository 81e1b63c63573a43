import type { Budgets } from './budgets.ts';
import { type Entity, entityHead } from './entity.ts';
import { HeaderAllowance, lineAt, readHeaderBlock } from './header-block.ts';
import type { Marks } from './marks.ts';

/** Boundary lines that are looked at; RFC 2046 allows 70 characters, and trailing white space. */
const LONGEST_DELIMITER_LINE = 1_024;

/**
 * Lines that begin with "--" and have to be looked at, and of those the ones that begin as an open boundary does. Honest
 * mail has a few hundred of the first (a database dump in plain text has many) and as many of the second as it has parts.
 */
const MAX_DASHED_LINES = 1_000_000;
const MAX_CANDIDATES = 50_000;

const DASH = 0x2d;
const NOT_SEARCHED = -2;
const NO_BYTE = -1;

interface Container {
  readonly entity: Entity;
  readonly boundaries: readonly string[];
}

/**
 * Walks the MIME tree without decoding anything. Each byte is looked at a bounded number of times whatever the nesting:
 * open boundaries are kept in one map, and a line is looked up in it once. It does not recurse.
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
  walk(bytes: Buffer, parent: Entity | null): Entity | null {
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
  readonly #open: Container[] = [];
  /** Boundary to its place in #open; an inner use of the same boundary hides the outer one. */
  readonly #byBoundary = new Map<string, number[]>();
  /** Entities whose body has no end yet, outermost first. */
  readonly #unfinished: Entity[] = [];
  /** Where the next line end before "--" is; -1 is none, less is not searched yet. */
  #nextLf = NOT_SEARCHED;
  #nextCr = NOT_SEARCHED;
  #dashedLines = 0;
  #candidates = 0;
  /** First bytes of open boundaries, counted; an empty boundary counts under NO_BYTE. */
  readonly #firstBytes = new Map<number, number>();

  constructor(bytes: Buffer, budgets: Budgets, marks: Marks, headers: HeaderAllowance, entities: Entity[]) {
    this.#bytes = bytes;
    this.#budgets = budgets;
    this.#marks = marks;
    this.#headers = headers;
    this.#entities = entities;
  }

  run(parent: Entity | null): Entity | null {
    const root = this.#begin(0, parent, 'text/plain');
    if (root === null) return null;
    let at = this.#descend(root);
    while (at < this.#bytes.length) {
      const delimiter = this.#nextDelimiter(at);
      if (delimiter === null) break;
      const container = this.#closeTo(delimiter.level, delimiter.start);
      if (delimiter.closing) {
        this.#popContainers(delimiter.level);
        at = delimiter.next;
        continue;
      }
      const fallback = container.type === 'multipart/digest' ? 'message/rfc822' : 'text/plain';
      const child = this.#begin(delimiter.next, container.entity, fallback);
      if (child === null) break;
      at = this.#descend(child);
    }
    if (this.#open.length > 0) this.#marks.ambiguous('missing_closing_boundary');
    return root;
  }

  /** Reads the fields of the entity that begins at `start`. Null where the budget of parts is used up. */
  #begin(start: number, parent: Entity | null, fallbackType: string): Entity | null {
    if (this.#entities.length >= this.#budgets.parts) {
      this.#marks.over('parts');
      return null;
    }
    const bytes = this.#bytes;
    const block = readHeaderBlock(bytes, start, bytes.length, this.#headers, this.#marks, (from, to) =>
      this.#matches(from, to),
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
      bodyStart: block.bodyStart,
      bodyEnd: bytes.length,
    };
    parent?.children.push(entity);
    this.#entities.push(entity);
    this.#unfinished.push(entity);
    return entity;
  }

  /** Opens what the entity contains, as far as it is not encoded; gives the place where the search goes on. */
  #descend(from: Entity): number {
    let entity = from;
    for (;;) {
      const { type, encoding, boundaries } = entity.head;
      const identity = encoding === '' || encoding === '7bit' || encoding === '8bit' || encoding === 'binary';
      if (type.startsWith('multipart/') && boundaries.length > 0) {
        if (!identity) this.#marks.ambiguous('encoded_multipart');
        if (this.#fits(entity.depth + 1)) this.#openContainer(entity);
        return entity.bodyStart;
      }
      if (!isMessage(type) || !identity) return entity.bodyStart;
      if (!this.#fits(entity.depth + 1)) return entity.bodyStart;
      const inner = this.#begin(entity.bodyStart, entity, 'text/plain');
      if (inner === null) return this.#bytes.length;
      entity = inner;
    }
  }

  #fits(depth: number): boolean {
    if (depth <= this.#budgets.depth) return true;
    this.#marks.over('depth');
    return false;
  }

  #openContainer(entity: Entity): void {
    const level = this.#open.length;
    for (const boundary of entity.head.boundaries) {
      const first = boundary === '' ? NO_BYTE : boundary.charCodeAt(0);
      this.#firstBytes.set(first, (this.#firstBytes.get(first) ?? 0) + 1);
      const outer = this.#byBoundary.get(boundary);
      if (outer === undefined) this.#byBoundary.set(boundary, [level]);
      else {
        this.#marks.ambiguous('boundary_used_twice');
        outer.push(level);
      }
      for (const open of this.#open) {
        if (
          open.boundaries.some(
            (other) => other !== boundary && (other.startsWith(boundary) || boundary.startsWith(other)),
          )
        ) {
          this.#marks.ambiguous('boundary_is_prefix');
        }
      }
    }
    this.#open.push({ entity, boundaries: entity.head.boundaries });
  }

  #popContainers(level: number): void {
    for (const { boundaries } of this.#open.splice(level)) {
      for (const boundary of boundaries) {
        const first = boundary === '' ? NO_BYTE : boundary.charCodeAt(0);
        const using = (this.#firstBytes.get(first) ?? 1) - 1;
        if (using === 0) this.#firstBytes.delete(first);
        else this.#firstBytes.set(first, using);
        const levels = this.#byBoundary.get(boundary);
        levels?.pop();
        if (levels?.length === 0) this.#byBoundary.delete(boundary);
      }
    }
  }

  /** Ends everything inside the container at `level`; its own inner multiparts were left open. */
  #closeTo(level: number, end: number): { entity: Entity; type: string } {
    if (this.#open.length > level + 1) {
      this.#marks.ambiguous('missing_closing_boundary');
      this.#popContainers(level + 1);
    }
    const container = this.#open[level];
    if (container === undefined) throw new RangeError('a delimiter without its multipart');
    for (
      let last = this.#unfinished.at(-1);
      last !== undefined && last !== container.entity;
      last = this.#unfinished.at(-1)
    ) {
      last.bodyEnd = Math.max(last.bodyStart, end);
      this.#unfinished.pop();
    }
    return { entity: container.entity, type: container.entity.head.type };
  }

  /** The next line from `from` on that is a boundary of an open multipart. */
  #nextDelimiter(from: number): { start: number; next: number; level: number; closing: boolean } | null {
    if (this.#open.length === 0) return null;
    let at = from;
    let lineStart = from;
    while (lineStart !== -1) {
      if (this.#isCandidate(lineStart)) {
        this.#candidates += 1;
        const line = lineAt(
          this.#bytes,
          lineStart,
          Math.min(this.#bytes.length, lineStart + LONGEST_DELIMITER_LINE),
        );
        const match = this.#match(lineStart, line.end);
        if (match !== null) return { start: this.#beforeLineEnd(lineStart, from), next: line.next, ...match };
      }
      at = lineStart + 1;
      lineStart = this.#nextDashedLine(at);
      this.#dashedLines += 1;
      if (this.#dashedLines > MAX_DASHED_LINES || this.#candidates > MAX_CANDIDATES) {
        this.#marks.over('parts');
        return null;
      }
    }
    return null;
  }

  /** Whether a line begins with "--" and the first byte of an open boundary. */
  #isCandidate(lineStart: number): boolean {
    if (this.#bytes[lineStart] !== DASH || this.#bytes[lineStart + 1] !== DASH) return false;
    return this.#firstBytes.has(this.#bytes[lineStart + 2] ?? NO_BYTE) || this.#firstBytes.has(NO_BYTE);
  }

  /** Start of the next line that begins with "--"; a bare CR ends a line too. */
  #nextDashedLine(from: number): number {
    const search = Math.max(0, from - 1);
    if (this.#nextLf !== -1 && this.#nextLf < search)
      this.#nextLf = this.#bytes.indexOf('\n--', search, 'latin1');
    if (this.#nextCr !== -1 && this.#nextCr < search)
      this.#nextCr = this.#bytes.indexOf('\r--', search, 'latin1');
    const found =
      this.#nextLf === -1
        ? this.#nextCr
        : this.#nextCr === -1
          ? this.#nextLf
          : Math.min(this.#nextLf, this.#nextCr);
    return found === -1 ? -1 : found + 1;
  }

  /** The line end before a boundary belongs to the boundary (RFC 2046 section 5.1.1). */
  #beforeLineEnd(lineStart: number, floor: number): number {
    let end = lineStart;
    if (end > floor && this.#bytes[end - 1] === 0x0a) end -= 1;
    if (end > floor && this.#bytes[end - 1] === 0x0d) end -= 1;
    return end;
  }

  #matches(start: number, end: number): boolean {
    return this.#open.length > 0 && this.#match(start, end) !== null;
  }

  #match(start: number, end: number): { level: number; closing: boolean } | null {
    const line = this.#bytes
      .toString('latin1', start + 2, Math.min(end, start + LONGEST_DELIMITER_LINE))
      .trimEnd();
    const level = this.#byBoundary.get(line)?.at(-1);
    if (level !== undefined) return { level, closing: false };
    if (line.endsWith('--')) {
      const closed = this.#byBoundary.get(line.slice(0, -2).trimEnd())?.at(-1);
      if (closed !== undefined) return { level: closed, closing: true };
    }
    const innermost = this.#open.at(-1)?.boundaries[0];
    // Some parsers compare only the beginning of the line, as RFC 2046 section 5.1.1 says they may.
    if (innermost !== undefined && innermost !== '' && line.startsWith(innermost))
      this.#marks.ambiguous('boundary_line_with_suffix');
    return null;
  }
}

/** Types whose body is a message of its own. */
export function isMessage(type: string): boolean {
  return type === 'message/rfc822' || type === 'message/global' || type === 'message/news';
}
