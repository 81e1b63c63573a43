/**
 * Signs that look like a Latin letter, each row after the letter. Written down from looking at common fonts: Cyrillic,
 * Greek, Armenian, Latin with strokes and hooks that NFKD does not take apart. Accents are taken off before.
 */
const LOOKALIKES: Readonly<Record<string, string>> = {
  a: 'аαɑ',
  b: 'ЬвƅᏏ',
  c: 'сϲ',
  d: 'ԁɗđ',
  e: 'еєҽ',
  f: 'ƒſ',
  g: 'ɡցǥ',
  h: 'һнħ',
  i: 'іıɩιӏ',
  j: 'јϳ',
  k: 'кκ',
  l: 'ⅼłƖ|',
  m: 'мʍ',
  n: 'пռηո',
  o: 'оοσօøө',
  p: 'рρ',
  q: 'ԛգ',
  r: 'гɼ',
  s: 'ѕʂ',
  t: 'тτŧ',
  u: 'υսцʋ',
  v: 'ѵν',
  w: 'ѡԝωшա',
  x: 'хχ',
  y: 'уүγ',
  z: 'ʐƶ',
};

const TO_LATIN: ReadonlyMap<string, string> = new Map(
  Object.entries(LOOKALIKES).flatMap(([latin, others]) => [...others].map((other) => [other, latin])),
);

const NOT_ASCII = /[^\x00-\x7f]/;

/** Latin letters for signs that look like them, accents off, lower case. Digits and ASCII stay. */
export function toLatin(text: string): string {
  const lower = text.toLowerCase();
  if (!NOT_ASCII.test(lower) && !lower.includes('|')) return lower;
  let result = '';
  for (const sign of lower.normalize('NFKD').replace(/\p{M}+/gu, '')) result += TO_LATIN.get(sign) ?? sign;
  return result;
}

/**
 * The form in which names that look alike are equal: toLatin, then 0 to o, 1 and i to l, rn to m, vv to w, 5 to s, 3 to e.
 * Only for comparing with the same form of another name.
 */
export function skeleton(text: string): string {
  return toLatin(text)
    .replaceAll('rn', 'm')
    .replaceAll('vv', 'w')
    .replace(/[01i35]/g, (sign) => (sign === '0' ? 'o' : sign === '5' ? 's' : sign === '3' ? 'e' : 'l'));
}
