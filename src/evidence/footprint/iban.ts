/** Characters of an IBAN by country (ISO 13616, registry of SWIFT): without it nobody could tell where one ends and the next word begins. */
const LENGTHS: ReadonlyMap<string, number> = new Map(
  `AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18
  FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20
  LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24
  SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30`
    .split(/\s+/)
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);

/** Country and check digits. */
const START = /(?<![A-Za-z0-9])([A-Za-z]{2})[ \u00a0]?\d{2}/g;
const SIGN = /[A-Za-z0-9]/;
const SEPARATOR = /[ \u00a0\u2007-\u200b\u202f.-]/;
/** Between two signs; more is a column of a table, or another word. */
const MOST_SEPARATORS = 2;

/** IBANs in a text that are valid, however they are spaced, in order; the work for each start is bounded by the longest IBAN. */
export function ibansIn(text: string): string[] {
  const found: string[] = [];
  for (const match of text.matchAll(START)) {
    const length = LENGTHS.get((match[1] ?? '').toUpperCase());
    if (length === undefined) continue;
    const iban = signsFrom(text, match.index, length).toUpperCase();
    if (isIban(iban)) found.push(iban);
  }
  return found;
}

/** The next `length` signs, separators left out; '' where they end before or go on after. */
function signsFrom(text: string, start: number, length: number): string {
  let signs = '';
  let separators = 0;
  let at = start;
  for (; signs.length < length && separators <= MOST_SEPARATORS; at += 1) {
    const sign = text[at] ?? '';
    if (SIGN.test(sign)) {
      signs += sign;
      separators = 0;
    } else if (SEPARATOR.test(sign)) separators += 1;
    else return '';
  }
  return signs.length < length || SIGN.test(text[at] ?? '') ? '' : signs;
}

/** Of the length of its country, and right by ISO 7064 MOD 97-10 over the first four signs moved to the end, letters as 10 to 35. */
export function isIban(iban: string): boolean {
  if (LENGTHS.get(iban.slice(0, 2)) !== iban.length) return false;
  let rest = 0;
  for (const sign of iban.slice(4) + iban.slice(0, 4)) {
    const value = Number.parseInt(sign, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1;
}
