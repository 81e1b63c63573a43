/** Patterns in text, each linear: every repetition is bounded, so a start costs a constant. */

const CURRENCY =
  '(?:[$€£¥₹₽₦]|us\\$|usd|eur|euros?|gbp|chf|pln|zł|brl|r\\$|dollars?|pounds?|円|万円|bitcoins?|btc|usdt)';

/** An amount of money: sign before or after the number. */
export const AMOUNT = new RegExp(
  `(?:[$€£¥₹₽₦]|(?<![a-z])(?:usd|eur|gbp|chf|pln|brl|us\\$|r\\$)) ?\\d[\\d.,]{0,15}|(?<![\\d.,])\\d[\\d.,]{0,15} ?(?:million |millionen |millones de |millions (?:de |d'))?${CURRENCY}(?![a-z])`,
  'g',
);

/** A telephone number as people write it: with a country code, or in groups; the digits are counted by phoneDigits. */
export const PHONE = /(?<![\w@./=-])(?:\+|00|\()?\d[\d() .\u2010-\u2015\u2212-]{7,20}\d(?![\w@/=])/g;

/** A country code stands for itself: with it, eight digits are a number of a small country. */
const PHONE_DIGITS = { leastWithCode: 8, least: 9, most: 15 } as const;

/** Is a match of PHONE a telephone number, and no date, amount or row of figures? E.164 allows 15 digits. */
export function isPhoneNumber(found: string): boolean {
  const digits = found.replace(/\D+/g, '');
  const least = found.startsWith('+') ? PHONE_DIGITS.leastWithCode : PHONE_DIGITS.least;
  if (digits.length < least || digits.length > PHONE_DIGITS.most) return false;
  if (/^\d{1,4}[-.]\d{1,2}[-.]\d{1,4}/.test(found) && digits.length < 10) return false;
  if (/^\d{1,3}(?:[. ]\d{3})+$/.test(found) && !found.startsWith('0') && digits.length < 10) return false;
  return (
    /^[+(0]/.test(found) ||
    /^1?[ .(\u2010-\u2015-]{0,2}\d{3}[) .\u2010-\u2015-]{1,3}\d{3}[ .\u2010-\u2015-]\d{4}$/.test(found)
  );
}

/** An address of Bitcoin: base58 or bech32. Case matters. */
export const BITCOIN =
  /(?<![a-zA-Z0-9])(?:bc1[a-z0-9]{25,59}|[13][a-km-zA-HJ-NP-Z1-9]{25,34})(?![a-zA-Z0-9])/g;

/** Matches of a global pattern that pass the test, counted up to `most`. */
export function countIn(
  text: string,
  pattern: RegExp,
  most: number,
  test: (found: string) => boolean = () => true,
): number {
  let count = 0;
  for (const [found] of text.matchAll(pattern)) {
    if (test(found)) count++;
    if (count >= most) break;
  }
  return count;
}
