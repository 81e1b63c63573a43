import { GateError } from '../gate-error.ts';
import { HeaderFilter } from '../headers.ts';
import { reply } from '../reply.ts';
import type { Answer } from './answer.ts';

/**
 * A mail server looks for each field that is deleted from the top of the message: n deletions cost n². Nobody but an attacker writes
 * more than a few of them.
 */
export const MAX_FORGED_FIELDS = 1_000;

type HeaderAnswer = Extract<Answer, { kind: 'insertHeader' | 'changeHeader' }>;

/** One field as bytes of the message without its last line end, and how the mail server counts it. */
export interface Field {
  readonly name: string;
  /** All after the colon, blanks included; Latin-1. */
  readonly value: string;
}

/**
 * What must be known of the header fields to change them at the end: where forged ones stand, counted for each name as the mail
 * server counts them, and the first Subject. Which are forged is for the filter of the SMTP gate to say.
 */
export class FieldRegister {
  readonly #authservId: string;
  readonly #counts = new Map<string, number>();
  readonly #forged: { readonly name: string; readonly index: number }[] = [];
  #subject: Field | null = null;

  constructor(authservId: string) {
    this.#authservId = authservId;
  }

  /** Throws a GateError where there are too many forged fields to remove. */
  add(field: Field): void {
    const name = field.name.trimEnd();
    const key = name.toLowerCase();
    if (key === 'subject') this.#subject ??= field;
    if (!this.#isForged(field)) {
      // Where fields of a name are forged and others are not, all of them count; a name that is never removed needs no count.
      if (key === 'authentication-results') this.#count(key);
      return;
    }
    if (this.#forged.length >= MAX_FORGED_FIELDS) {
      const answer = reply(554, '5.6.0', 'Too many forged header fields');
      throw new GateError(answer, 'size', `over ${MAX_FORGED_FIELDS} forged header fields`);
    }
    this.#forged.push({ name, index: this.#count(key) });
  }

  get hasForged(): boolean {
    return this.#forged.length > 0;
  }

  /** Deletes the forged fields. The last one goes first: that moves no other, whether or not deleted ones still count. */
  removals(): HeaderAnswer[] {
    return this.#forged
      .map(({ name, index }): HeaderAnswer => ({ kind: 'changeHeader', index, name, value: '' }))
      .reverse();
  }

  /** Puts `prefix` before the text of the first Subject; none where there is no Subject. */
  prefixedSubject(prefix: string, withLeadingSpace: boolean): HeaderAnswer[] {
    if (this.#subject === null) return [];
    const { name, value } = this.#subject;
    const filter = new HeaderFilter({ authservId: this.#authservId, subjectPrefix: prefix });
    const passed = filter.push(Buffer.from(`${name}:${value}\r\n`, 'latin1'));
    const [field] = fieldsOf(passed);
    if (field === undefined) return [];
    return [
      { kind: 'changeHeader', index: 1, name: field.name, value: valueFor(field.value, withLeadingSpace) },
    ];
  }

  /** Most names pass as soon as they are read: the value of a large field is then not looked at. */
  #isForged({ name, value }: Field): boolean {
    const filter = new HeaderFilter({ authservId: this.#authservId });
    if (filter.push(Buffer.from(`${name}:`, 'latin1')).length > 0) return false;
    return filter.push(Buffer.from(`${value}\r\n`, 'latin1')).length + filter.end().length === 0;
  }

  #count(key: string): number {
    const count = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, count);
    return count;
  }
}

/** Puts whole header lines on top of the message, in their order. The last one goes first, as each is put above all others. */
export function insertions(lines: Buffer, withLeadingSpace: boolean): HeaderAnswer[] {
  return fieldsOf(lines)
    .map(
      ({ name, value }): HeaderAnswer => ({
        kind: 'insertHeader',
        index: 0,
        name,
        value: valueFor(value, withLeadingSpace),
      }),
    )
    .reverse();
}

function fieldsOf(lines: Buffer): Field[] {
  const unfoldedEnds = lines.toString('latin1').split(/\r\n(?![ \t])/);
  return unfoldedEnds
    .filter((line) => line.includes(':'))
    .map((line) => {
      const colon = line.indexOf(':');
      return { name: line.slice(0, colon), value: line.slice(colon + 1) };
    });
}

/** Lines of a folded value end with LF in the protocol. Without `withLeadingSpace` the mail server puts a blank before it. */
function valueFor(value: string, withLeadingSpace: boolean): string {
  const lines = value.replaceAll('\r\n', '\n');
  return withLeadingSpace ? lines : lines.replace(/^ /, '');
}
