/** Of one message; a subject may be a book. */
const WORDS = 500;
/** Of one word; nobody types a longer one. */
const LETTERS = 60;
/** Of one search. */
const ASKED = 16;

/** Words that a message is found by: runs of letters and digits, in lower case, without accents, each once. */
export function wordsOf(texts: readonly string[]): string[] {
  const words = new Set<string>();
  for (const text of texts) {
    for (const word of split(text)) {
      words.add(word);
      if (words.size === WORDS) return [...words];
    }
  }
  return [...words];
}

/**
 * What somebody typed as words to look for; nothing but letters and digits is left of it, so no sign of it can mean anything to the
 * database's language of searches.
 */
export function askedWords(text: string): string[] {
  return [...new Set(split(text))].slice(0, ASKED);
}

function split(text: string): string[] {
  const plain = text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase();
  return (plain.match(/[\p{L}\p{N}]+/gu) ?? []).map((word) => [...word].slice(0, LETTERS).join(''));
}
