import { readFileSync } from 'node:fs';
import type { Target } from './target.ts';

/** A literal in quotes. */
const LITERAL = /'((?:[^'\\\n]|\\.){1,1000})'/g;
/** Longer ones are sentences, not words of a format. */
const LONGEST_WORD = 40;
/** The words of a list that is written in one literal. */
const LIST = /^\S+(?: \S+){3,}$/;

/**
 * The dictionary of a target: its own words and the literals of its sources, so that a branch on a rare word is met without
 * guessing it letter by letter. One character a byte.
 */
export function wordsOf(target: Target, read: (source: string) => string): Buffer[] {
  const words = new Set(target.dictionary);
  for (const source of target.sources) {
    for (const [, literal = ''] of read(source).matchAll(LITERAL)) {
      const word = unescaped(literal);
      for (const each of LIST.test(word) ? word.split(' ') : [word]) words.add(each);
    }
  }
  return [...words]
    .filter((word) => word !== '' && word.length <= LONGEST_WORD)
    .map((word) => Buffer.from(word, 'latin1'));
}

/** Reads a source file below `root`. */
export function sourceReader(root: URL): (source: string) => string {
  return (source) => readFileSync(new URL(source, root), 'utf8');
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['0', '\0'],
]);

function unescaped(literal: string): string {
  return literal.replace(/\\(?:x([0-9a-f]{2})|(.))/gi, (_all, hex?: string, character = '') =>
    hex === undefined ? (ESCAPES.get(character) ?? character) : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
