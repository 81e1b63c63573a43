import type { Message } from '../../message/message.ts';

/**
 * How text becomes ids of hashed n-grams. Part of a model's contract: training reads ids that this file wrote, so any
 * change here needs a new version and new models; the version is in each card and is checked when a model is loaded.
 */
export const GRAMS = {
  version: 1,
  /** 2^17: real mail has about a million distinct grams, of which the rare ones may share a bucket without harm. */
  buckets: 1 << 17,
  /** What an attack wants is said early; the longest twentieth of mail is cut here. Bounds the cost of hostile text. */
  maxChars: 4_000,
  /** About 99 % of mail stays under it after the cut by characters; bounds the table look-ups of a message. */
  maxIds: 4_096,
} as const;

const LONGEST_WORD = 40;
const SHORTEST_CHARACTER_GRAM = 3;
const LONGEST_CHARACTER_GRAM = 5;

/** Kinds of grams start from different seeds, so that a word and a run of characters never mean the same bucket by design. */
const WORD_SEED = 0x811c9dc5;
const PAIR_SEED = 0x2f0b4a27;
const CHARACTER_SEED = 0x5bd1e995;

/** Tokens in place of what names a sender or a recipient: a model that learned hosts would learn where its mail came from. */
const LINK_TOKEN = 'zlinkz';
const SECURE_LINK_TOKEN = 'zslinkz';
const ADDRESS_TOKEN = 'zaddressz';

/** Normalisation sorts the marks of a letter, in time quadratic in their number: no script stacks more than a few. */
const STACKED_MARKS = /(\p{M}{8})\p{M}+/gu;

/** Distinct ids below GRAMS.buckets, at most GRAMS.maxIds, in order of first appearance: words and pairs, then characters. */
export function grams(message: Pick<Message, 'subject' | 'visibleText'>): Int32Array {
  const words = wordsOf(`${message.subject}\n${message.visibleText}`);
  addWords(words, IDS);
  for (const word of words) addCharacters(word, IDS);
  return IDS.take();
}

/** Words as the grams see them: normalised, digits as 0, links and addresses as tokens. */
export function wordsOf(text: string): string[] {
  const head = text.slice(0, GRAMS.maxChars).replace(STACKED_MARKS, '$1');
  const normal = head.normalize('NFKC').toLowerCase().slice(0, GRAMS.maxChars);
  const words: string[] = [];
  for (const chunk of normal.split(/\s+/)) addChunk(chunk, words);
  return words;
}

function addChunk(chunk: string, words: string[]): void {
  const token = tokenFor(chunk);
  if (token !== null) {
    words.push(token);
    return;
  }
  if (ASCII_WORD.test(chunk)) words.push(chunk.slice(0, LONGEST_WORD));
  else for (const run of chunk.match(RUNS) ?? []) words.push(run.replace(DIGITS, '0').slice(0, LONGEST_WORD));
}

/** Most words: one run, without a digit to replace. The chunk is in lower case. */
const ASCII_WORD = /^[a-z]+$/;
const RUNS = /[\p{L}\p{M}\p{N}]+/gu;
const DIGITS = /\p{Nd}+/gu;

function tokenFor(chunk: string): string | null {
  if (chunk.includes('https://')) return SECURE_LINK_TOKEN;
  if (chunk.includes('://') || chunk.includes('www.')) return LINK_TOKEN;
  const at = chunk.indexOf('@');
  return at > 0 && chunk.indexOf('.', at) > at + 1 ? ADDRESS_TOKEN : null;
}

function addWords(words: readonly string[], ids: IdSet): void {
  let before = '';
  for (const word of words) {
    ids.add(finish(hashOf(word, WORD_SEED)));
    if (before !== '') ids.add(finish(hashOf(word, step(hashOf(before, PAIR_SEED), 0x20))));
    before = word;
  }
}

/** Runs of 3 to 5 UTF-16 units of the word with a blank on each side; a two-letter word is one run. */
function addCharacters(word: string, ids: IdSet): void {
  const padded = ` ${word} `;
  for (let start = 0; start + SHORTEST_CHARACTER_GRAM <= padded.length; start++) {
    let hash = CHARACTER_SEED;
    const longest = Math.min(LONGEST_CHARACTER_GRAM, padded.length - start);
    for (let length = 1; length <= longest; length++) {
      hash = step(hash, padded.charCodeAt(start + length - 1));
      if (length >= SHORTEST_CHARACTER_GRAM) ids.add(finish(hash));
    }
  }
}

function hashOf(word: string, seed: number): number {
  let hash = seed;
  for (let i = 0; i < word.length; i++) hash = step(hash, word.charCodeAt(i));
  return hash;
}

/** FNV-1a over UTF-16 units, 32 bits; the state after a prefix is the state of the prefix, which makes runs cheap. */
function step(hash: number, unit: number): number {
  return Math.imul(hash ^ unit, 0x01000193);
}

/** MurmurHash3's finalizer: FNV-1a alone spreads its low bits poorly over short runs. */
function finish(hash: number): number {
  let h = hash ^ (hash >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  h ^= h >>> 16;
  return h & (GRAMS.buckets - 1);
}

/** Distinct ids in order of first appearance, up to the limit. One for all messages: making its table anew costs more than using it. */
class IdSet {
  readonly #seen = new Uint8Array(GRAMS.buckets);
  readonly #ids = new Int32Array(GRAMS.maxIds);
  #count = 0;

  add(id: number): void {
    if (this.#count === GRAMS.maxIds || this.#seen[id] === 1) return;
    this.#seen[id] = 1;
    this.#ids[this.#count++] = id;
  }

  /** The ids, and none are left. */
  take(): Int32Array {
    const ids = this.#ids.slice(0, this.#count);
    for (const id of ids) this.#seen[id] = 0;
    this.#count = 0;
    return ids;
  }
}

/** Filled and taken without a pause between. */
const IDS = new IdSet();
