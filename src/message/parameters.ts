import { decodeBytes, decodeWords } from './charset.ts';

/** A structured field value: `type/subtype; name=value`. Values are decoded; each name keeps all of its values. */
export interface Parameterised {
  /** Lower case, comments removed. */
  readonly value: string;
  readonly parameters: ReadonlyMap<string, readonly string[]>;
}

/** Parameters read of one field; real fields have fewer than ten, RFC 2231 continuations a few dozen. */
const MAX_PARAMETERS = 200;
/** RFC 2231 sections joined into one value. */
const MAX_SECTIONS = 100;

/** Reads `value; name=token; name="quoted"; name*0*=charset''…` (RFC 2045 section 5.1, RFC 2231). Never throws. */
export function parseParameters(raw: string): Parameterised {
  const pieces = splitOutsideQuotes(raw);
  const parameters = new Map<string, string[]>();
  const sections = new Map<string, Section[]>();
  for (const piece of pieces.slice(1, MAX_PARAMETERS + 1)) {
    const equals = piece.indexOf('=');
    if (equals <= 0) continue;
    const name = piece.slice(0, equals).trim().toLowerCase();
    const value = unquote(piece.slice(equals + 1).trim());
    const star = name.indexOf('*');
    if (star === -1) add(parameters, name, decodeWords(value));
    else add(sections, name.slice(0, star), section(name.slice(star + 1), value));
  }
  for (const [name, parts] of sections) add(parameters, name, joinSections(parts));
  return { value: (pieces[0] ?? '').trim().toLowerCase(), parameters };
}

/** First value of a parameter, or null. */
export function parameter(of: Parameterised, name: string): string | null {
  return of.parameters.get(name)?.[0] ?? null;
}

function add<T>(map: Map<string, T[]>, name: string, value: T): void {
  const list = map.get(name);
  if (list === undefined) map.set(name, [value]);
  else list.push(value);
}

/** Splits at semicolons outside quoted strings; comments (RFC 5322 section 3.2.2) are dropped. */
function splitOutsideQuotes(raw: string): string[] {
  const pieces: string[] = [];
  let piece = '';
  let quoted = false;
  let comment = 0;
  for (let at = 0; at < raw.length; at++) {
    const character = raw[at] ?? '';
    if (character === '\\' && (quoted || comment > 0)) {
      if (comment === 0) piece += character + (raw[at + 1] ?? '');
      at += 1;
    } else if (comment > 0) {
      if (character === '(') comment += 1;
      else if (character === ')') comment -= 1;
    } else if (character === '"') {
      quoted = !quoted;
      piece += character;
    } else if (character === '(' && !quoted) comment += 1;
    else if (character === ';' && !quoted) {
      pieces.push(piece);
      piece = '';
    } else piece += character;
  }
  pieces.push(piece);
  return pieces;
}

function unquote(value: string): string {
  if (!value.startsWith('"')) return value.replace(/\s.*$/s, (rest) => (rest.trim() === '' ? '' : rest));
  const inner = value.length > 1 && value.endsWith('"') ? value.slice(1, -1) : value.slice(1);
  return inner.replace(/\\(.)/gs, '$1');
}

interface Section {
  readonly index: number;
  readonly encoded: boolean;
  readonly value: string;
}

function section(suffix: string, value: string): Section {
  const encoded = suffix === '' || suffix.endsWith('*');
  const index = Number.parseInt(suffix, 10);
  return { index: Number.isNaN(index) ? 0 : index, encoded, value };
}

function joinSections(parts: readonly Section[]): string {
  const sorted = [...parts].sort((a, b) => a.index - b.index).slice(0, MAX_SECTIONS);
  let charset = 'utf-8';
  let bytes = '';
  for (const [position, part] of sorted.entries()) {
    let value = part.value;
    if (part.encoded) {
      if (position === 0) {
        const [label, , ...rest] = value.split("'");
        if (rest.length > 0) {
          charset = label || charset;
          value = rest.join("'");
        }
      }
      value = value.replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
        String.fromCharCode(Number.parseInt(hex, 16)),
      );
    }
    bytes += value;
  }
  return decodeBytes(Buffer.from(bytes, 'latin1'), charset).text;
}
