import { toLatin } from '../names/confusables.ts';

/** Signs of scripts without spaces: Han, kana, half-width kana. Each counts as a word of its own. */
const WORD = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー]|[\p{L}\p{N}]+/gu;
/** A word in which one of the signs above stands beside others. */
const SPACELESS = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー]/u;
const SPACELESS_EACH =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー]|[^\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー]+/gu;
const NOT_ASCII = /[^\x00-\x7f]/;
const MARKS = /\p{M}+/gu;
/** Zero-width signs and soft hyphens break words that people still read as one. */
const UNSEEN = /[\u00ad\u180e\u200b-\u200f\u2060-\u2064\ufeff]/g;
const LIGATURES = /[ßæœøłđþð]/g;
const SPELLED: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  þ: 'th',
  ð: 'd',
};

/** Lower case, without accents and unseen signs: the form in which words are compared. Linear in the text. */
export function plain(text: string): string {
  const lower = text.toLowerCase();
  if (!NOT_ASCII.test(lower)) return lower;
  return (
    lower
      .replace(UNSEEN, '')
      .normalize('NFKD')
      // Mathematical and circled letters become letters only now, capitals among them.
      .toLowerCase()
      .replace(MARKS, '')
      .replace(LIGATURES, (sign) => SPELLED[sign] ?? sign)
  );
}

const ASCII_WORD = /[a-z0-9]+/g;

/** Words of a text in their plain form, at most `most`. Japanese and Chinese signs are a word each. */
export function wordsOf(text: string, most: number): string[] {
  const words: string[] = [];
  const seen = plain(text);
  const ascii = !NOT_ASCII.test(seen);
  const pattern = ascii ? ASCII_WORD : WORD;
  pattern.lastIndex = 0;
  while (words.length < most) {
    const word = pattern.exec(seen)?.[0];
    if (word === undefined) break;
    if (ascii || word.length === 1 || !NOT_ASCII.test(word)) words.push(word);
    else addMixed(words, word);
  }
  return words;
}

/** The second alternative of WORD takes letters of any script, so a word may hold signs that stand alone. */
function addMixed(words: string[], word: string): void {
  if (!SPACELESS.test(word)) words.push(isMixedScript(word) ? toLatin(word) : word);
  else for (const [part] of word.matchAll(SPACELESS_EACH)) words.push(part);
}

const LATIN = /[a-z]/;
const LOOKALIKE_SCRIPT = /[\p{Script=Cyrillic}\p{Script=Greek}]/u;

/** Latin beside Cyrillic or Greek in one word: hardly ever a language, nearly always a disguise. */
export function isMixedScript(word: string): boolean {
  return LATIN.test(word) && LOOKALIKE_SCRIPT.test(word);
}
