/** Country and check digits, then groups of up to four as people write them (ISO 13616): 15 to 34 signs. */
const IBAN = /\b[A-Z]{2}\d{2}(?:[ \u00a0-]?[A-Z0-9]{4}){2,7}(?:[ \u00a0-]?[A-Z0-9]{1,3})?\b/g;
const SHORTEST_IBAN = 15;
const LONGEST_IBAN = 34;

/** Nine digits of a bank in the United States (ABA) close to an account number, as an invoice has them. */
const ROUTING =
  /\b(?:routing|aba|ach|wire)\b[^\d\n]{0,40}(\d{9})\b[\s\S]{0,80}?\b(?:account|acct|a\/c)\b[^\d\n]{0,40}(\d{6,17})\b/gi;

/** Sort code and account number of the United Kingdom. */
const SORT_CODE =
  /\bsort ?code\b[^\d\n]{0,20}(\d{2}[ -]?\d{2}[ -]?\d{2})\b[\s\S]{0,80}?\b(?:account|acct|a\/c)\b[^\d\n]{0,40}(\d{8})\b/gi;

/** An invoice has one or two accounts; a list of dozens is something else. */
const MOST = 8;
/** Bank details stand on the first pages. */
const TEXT_CHARS = 50_000;

/** Bank accounts that a text names, each once, in a form that does not depend on how it is written: checked IBANs, US and UK pairs. */
export function bankDetails(text: string): string[] {
  const read = text.slice(0, TEXT_CHARS);
  const found = new Set<string>();
  for (const [match] of read.matchAll(IBAN)) {
    const iban = match.replace(/[ \u00a0-]/g, '');
    if (isIban(iban)) found.add(iban);
  }
  for (const [, routing = '', account = ''] of read.matchAll(ROUTING))
    if (isRouting(routing)) found.add(`US${routing}/${account}`);
  for (const [, sort = '', account = ''] of read.matchAll(SORT_CODE))
    found.add(`GB${sort.replace(/[ -]/g, '')}/${account}`);
  return [...found].slice(0, MOST);
}

/** ISO 7064 MOD 97-10 over the number with its first four signs moved to the end, letters as 10 to 35. */
function isIban(iban: string): boolean {
  if (iban.length < SHORTEST_IBAN || iban.length > LONGEST_IBAN) return false;
  let rest = 0;
  for (const sign of iban.slice(4) + iban.slice(0, 4)) {
    const value = Number.parseInt(sign, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1;
}

/** The checksum of ABA numbers: weights 3, 7, 1. */
function isRouting(digits: string): boolean {
  const sum = [...digits].reduce((total, digit, at) => total + Number(digit) * ([3, 7, 1][at % 3] ?? 0), 0);
  return sum > 0 && sum % 10 === 0;
}
