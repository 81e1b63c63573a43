import { ibansIn } from './iban.ts';

/** A code of a bank that goes with an account number, as invoices have them. Each pattern looks at most 40 characters ahead. */
interface BankCode {
  readonly country: string;
  readonly pattern: RegExp;
  readonly isValid: (digits: string) => boolean;
}

const BANK_CODES: readonly BankCode[] = [
  {
    country: 'US',
    pattern: /\b(?:routing|aba|ach|wire)\b[^\d\n]{0,40}(\d{9})(?!\d)/gi,
    isValid: isRouting,
  },
  {
    country: 'GB',
    pattern: /\bsort ?code\b[^\d\n]{0,20}(\d{2}[ -]?\d{2}[ -]?\d{2})(?!\d)/gi,
    isValid: () => true,
  },
  { country: 'AU', pattern: /\bbsb\b[^\d\n]{0,20}(\d{3}[ -]?\d{3})(?!\d)/gi, isValid: () => true },
  {
    country: 'IN',
    pattern: /\bifsc\b[^a-z0-9\n]{0,4}(?:code[^a-z0-9\n]{0,4})?([a-z]{4}0[a-z0-9]{6})\b/gi,
    isValid: () => true,
  },
];

/** The dash between the digits of an account number is a matter of taste. */
const ACCOUNT = /\b(?:account|acct|a\/c|iban|konto)\b[^\d\n]{0,40}(\d(?:[ -]?\d){5,16})(?!\d)/gi;

/** Code and number stand in the same line or in the lines beside it. */
const TOGETHER_CHARS = 160;

/** All that is searched for. No repetition in them is without a bound, so each start costs the same whatever follows. */
export const PATTERNS: readonly RegExp[] = [ACCOUNT, ...BANK_CODES.map(({ pattern }) => pattern)];

/** An invoice has one or two accounts; a list of dozens is something else. */
const MOST = 8;
/** Bank details stand on the first pages. */
export const TEXT_CHARS = 50_000;

/** Bank accounts that a text names, each once, in a form that does not depend on how it is written: valid IBANs, codes of banks with account numbers. */
export function bankDetails(text: string): string[] {
  const read = text.slice(0, TEXT_CHARS);
  const found = new Set(ibansIn(read).slice(0, MOST));
  const accounts = findAll(read, ACCOUNT, MOST * 2);
  for (const { country, pattern, isValid } of BANK_CODES) {
    for (const { value, at } of findAll(read, pattern, MOST)) {
      const account = nearest(accounts, at);
      if (account !== null && isValid(value)) found.add(`${country}${value}/${account}`);
    }
  }
  return [...found].slice(0, MOST);
}

interface Found {
  readonly value: string;
  readonly at: number;
}

function findAll(text: string, pattern: RegExp, most: number): Found[] {
  return text
    .matchAll(pattern)
    .take(most)
    .map(({ 1: value = '', index: at }) => ({ value: value.replace(/[ -]/g, '').toUpperCase(), at }))
    .toArray();
}

function nearest(accounts: readonly Found[], at: number): string | null {
  const near = accounts
    .filter((account) => Math.abs(account.at - at) <= TOGETHER_CHARS)
    .sort((a, b) => Math.abs(a.at - at) - Math.abs(b.at - at));
  return near[0]?.value ?? null;
}

/** The checksum of ABA numbers: weights 3, 7, 1. */
function isRouting(digits: string): boolean {
  const sum = [...digits].reduce((total, digit, at) => total + Number(digit) * ([3, 7, 1][at % 3] ?? 0), 0);
  return sum > 0 && sum % 10 === 0;
}
