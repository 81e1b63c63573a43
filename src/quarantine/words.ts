/** Of one message; a subject may be a book. */
const WORDS = 500;
/** Of one word; nobody types a longer one. */
const LETTERS = 60;
/** Of one search. */
const ASKED = 16;

/** Before words of recipients, which not everybody may search: no folded text has this letter. */
export const RECIPIENT_MARK = '\u02b0';

/** Words that a message is found by: runs of letters and digits, in lower case, without accents, each once; those of recipients marked. */
export function wordsOf(texts: readonly string[], recipients: readonly string[]): string[] {
  const words = new Set<string>();
  for (const word of texts.flatMap(split)) {
    if (words.size === WORDS) break;
    words.add(word);
  }
  const most = words.size + WORDS;
  for (const word of recipients.flatMap(split)) {
    if (words.size === most) break;
    words.add(`${RECIPIENT_MARK}${word}`);
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
