import { authservIdOf } from '../gate/headers.ts';

/** One method of an Authentication-Results field. */
export interface ReceivedResult {
  /** Lower case: `spf`, `dkim`, `dmarc` … */
  readonly method: string;
  readonly result: string;
  /** `ptype.property` in lower case → value without quotes. */
  readonly properties: ReadonlyMap<string, string>;
}

export interface ReceivedResults {
  /** Lower case. */
  readonly authservId: string;
  readonly results: readonly ReceivedResult[];
}

/** A field of a busy relay is below 4 KiB. */
const MAX_FIELD_CHARACTERS = 16_384;

/** Reads the value of an Authentication-Results field (RFC 8601 section 2.2); null where it is none. Never throws. */
export function parseAuthenticationResults(value: string): ReceivedResults | null {
  if (value.length > MAX_FIELD_CHARACTERS) return null;
  const [, ...rest] = statements(value);
  // Read as the gate reads it, which removes forged fields by it: `mx.(x)example.org` is not mx.example.org (A8).
  const authservId = authservIdOf(value);
  if (authservId === null) return null;
  const results = rest.map(readResult).filter((result) => result !== null);
  return { authservId: authservId.toLowerCase(), results };
}

/** Statements between the semicolons, each as its words; comments are left out, quotes are resolved, `=` stays in its word. */
function statements(value: string): string[][] {
  const found: string[][] = [];
  let words: string[] = [];
  let word: string | null = null;
  let depth = 0;
  let isQuoted = false;
  const endWord = () => {
    if (word !== null) words.push(word);
    word = null;
  };
  for (let at = 0; at < value.length; at++) {
    const character = value.charAt(at);
    if (character === '\\' && (isQuoted || depth > 0)) {
      at += 1;
      if (isQuoted) word = (word ?? '') + value.charAt(at);
    } else if (isQuoted) {
      if (character === '"') isQuoted = false;
      else word = (word ?? '') + character;
    } else if (character === '(') depth += 1;
    else if (depth > 0) depth -= character === ')' ? 1 : 0;
    else if (character === '"') {
      isQuoted = true;
      word ??= '';
    } else if (character === ';') {
      endWord();
      found.push(words);
      words = [];
    } else if (/\s/.test(character)) endWord();
    else word = (word ?? '') + character;
  }
  endWord();
  found.push(words);
  return found.filter((statement, index) => index === 0 || statement.length > 0);
}

function readResult(words: readonly string[]): ReceivedResult | null {
  const [first = '', ...rest] = joinedAtEquals(words);
  const match = /^([a-z][a-z0-9-]*)(?:\/\d+)?=([a-z]+)$/i.exec(first);
  if (match === null) return null;
  const properties = new Map<string, string>();
  for (const pair of rest) {
    const equals = pair.indexOf('=');
    if (equals > 0) properties.set(pair.slice(0, equals).toLowerCase(), pair.slice(equals + 1));
  }
  return { method: match[1]?.toLowerCase() ?? '', result: match[2]?.toLowerCase() ?? '', properties };
}

/** White space is allowed around `=`. What stood in quotes keeps its spaces and stays one word. */
function joinedAtEquals(words: readonly string[]): string[] {
  const joined: string[] = [];
  for (const word of words) {
    const last = joined.at(-1);
    if (last !== undefined && (last.endsWith('=') || word.startsWith('=')))
      joined[joined.length - 1] = last + word;
    else joined.push(word);
  }
  return joined;
}
