/** Scripts that tell the language (or the likeliest one) without looking at words. In this order: kana before Han. */
const BY_SCRIPT: readonly (readonly [string, RegExp])[] = [
  ['ja', /[\p{Script=Hiragana}\p{Script=Katakana}]/gu],
  ['zh', /\p{Script=Han}/gu],
  ['ko', /\p{Script=Hangul}/gu],
  ['ru', /\p{Script=Cyrillic}/gu],
  ['el', /\p{Script=Greek}/gu],
  ['ar', /\p{Script=Arabic}/gu],
  ['he', /\p{Script=Hebrew}/gu],
  ['th', /\p{Script=Thai}/gu],
  ['hi', /\p{Script=Devanagari}/gu],
];

/** The first part of a text tells its script. */
const LOOKED_AT = 2_000;
/** Share of the signs that must be of the script: a name or a quotation in another script is less. */
const SHARE = 0.2;
const NOT_LATIN = /[^\u0000-\u024f\u1e00-\u206f\u20a0-\u2bff]/;

/** ISO 639-1 code by the script of the text; '' for Latin and for what is not known. */
export function languageByScript(text: string): string {
  const head = text.slice(0, LOOKED_AT);
  if (!NOT_LATIN.test(head)) return '';
  const least = SHARE * head.replace(/[\s\d\p{P}]+/gu, '').length;
  for (const [language, pattern] of BY_SCRIPT) {
    const count = head.match(pattern)?.length ?? 0;
    if (count > 0 && count >= least) return language;
  }
  return '';
}
