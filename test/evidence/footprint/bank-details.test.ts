import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bankDetails, PATTERNS, TEXT_CHARS } from '../../../src/evidence/footprint/bank-details.ts';
import { ibansIn, isIban } from '../../../src/evidence/footprint/iban.ts';

/** Signs after the check digits, by country; made up, check digits are computed. */
const ACCOUNTS = fc.constantFrom(
  ['DE', 18],
  ['NO', 11],
  ['BE', 12],
  ['GB', 18],
  ['MT', 27],
  ['RU', 29],
  ['LC', 28],
  ['CH', 17],
  ['AT', 16],
  ['FR', 23],
  ['PL', 24],
  ['SA', 20],
) as fc.Arbitrary<readonly [string, number]>;

const iban = ACCOUNTS.chain(([country, length]) =>
  fc
    .string({
      unit: fc.constantFrom(...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'),
      minLength: length,
      maxLength: length,
    })
    .map((account) => withCheckDigits(country, account)),
);

/** ISO 7064 MOD 97-10 in whole numbers: another way than that of the code. */
function withCheckDigits(country: string, account: string): string {
  const digits = [...`${account}${country}00`].map((sign) => Number.parseInt(sign, 36)).join('');
  return `${country}${String(98n - (BigInt(digits) % 97n)).padStart(2, '0')}${account}`;
}

const spacing = fc.array(fc.constantFrom('', '', ' ', '\u00a0', '-', '. ', '\u202f'), {
  minLength: 40,
  maxLength: 40,
});
/** Separators between signs; the country and its check digits stay close. */
function spaced(signs: string, gaps: readonly string[]): string {
  return [...signs].map((sign, at) => (at < 3 ? sign : `${sign}${gaps[at] ?? ''}`)).join('');
}

describe('IBANs', () => {
  it('are found whatever their country and spacing, with words around them', () => {
    fc.assert(
      fc.property(iban, spacing, fc.boolean(), (account, gaps, small) => {
        const written = spaced(account, gaps).trim();
        const text = `Please pay to (${small ? written.toLowerCase() : written}) BIC ABCDEF by Friday`;
        expect(ibansIn(text)).toEqual([account]);
      }),
    );
  });

  it('end where their country says, although capitals follow', () => {
    const account = withCheckDigits('AT', '1904300234573201');
    expect(ibansIn(`IBAN: ${account.replace(/(.{4})/g, '$1 ')}BANK NAME`)).toEqual([account]);
  });

  it('are refused with any one sign changed', () => {
    fc.assert(
      fc.property(iban, fc.nat(), fc.integer({ min: 1, max: 9 }), (account, place, step) => {
        const digits = [...account].flatMap((sign, at) => (/\d/.test(sign) ? [at] : []));
        const at = digits[place % digits.length] ?? 2;
        const other = String((Number(account[at]) + step) % 10);
        expect(isIban(account.slice(0, at) + other + account.slice(at + 1))).toBe(false);
      }),
    );
  });

  it('are refused too short, too long and of no country', () => {
    const account = withCheckDigits('DE', '370400440532013000');
    expect(isIban(account)).toBe(true);
    expect(ibansIn(`${account}1`)).toEqual([]);
    expect(ibansIn(account.slice(0, -1))).toEqual([]);
    expect(isIban(withCheckDigits('XX', '370400440532013000'))).toBe(false);
    expect(ibansIn(`X${account}`)).toEqual([]);
    expect(ibansIn(account.replace('DE', 'D   E'))).toEqual([]);
    expect(ibansIn(`${account.slice(0, 8)}   ${account.slice(8)}`)).toEqual([]);
  });
});

describe('bank details', () => {
  it('are not found in ordinary words, dates, telephone numbers and identifiers', () => {
    const text =
      'Order DE12345, parcel 1Z 999 AA1 01 2345 6784, call +44 20 7946 0018 on 2026-11-10 at 09:14. ' +
      'Your account 12345678 is ready. Routing of parcels is by road; BSB is a band.';
    expect(bankDetails(text)).toEqual([]);
    fc.assert(
      fc.property(fc.string({ maxLength: 300, unit: fc.constantFrom(...'abc de12 34.\n-') }), (noise) => {
        expect(bankDetails(noise)).toEqual([]);
      }),
    );
  });

  it.each([
    ['US, number after', 'Routing number: 021000021\nAccount number: 123456789', ['US021000021/123456789']],
    ['US, number before', 'Account: 1234-567-89\nABA 021000021', ['US021000021/123456789']],
    ['US, wrong checksum', 'Routing number: 021000022\nAccount number: 123456789', []],
    ['US, without a number of an account', 'Routing number: 021000021', []],
    ['GB', 'Sort code 20-00-00, account no. 12345678', ['GB200000/12345678']],
    ['AU', 'BSB: 062-000 Account: 1234 5678', ['AU062000/12345678']],
    ['IN', 'IFSC code: hdfc0001234, a/c 00112233445566', ['INHDFC0001234/00112233445566']],
    ['far apart', `Sort code 20-00-00${' word'.repeat(40)} account 12345678`, []],
  ])('of %s', (_, text, expected) => {
    expect(bankDetails(text)).toEqual(expected);
  });

  it('are the nearest of several', () => {
    const text = `Sort code 20-00-00 account 11111111\n${'.'.repeat(50)}\nSort code 30-00-00 account 22222222`;
    expect(bankDetails(text)).toEqual(['GB200000/11111111', 'GB300000/22222222']);
  });

  it('are eight at most, of the first pages', () => {
    const accounts = Array.from({ length: 9 }, (_, i) => withCheckDigits('NO', `1234567890${i}`));
    expect(bankDetails(accounts.join('\n'))).toEqual(accounts.slice(0, 8));
    const [first = ''] = accounts;
    const filled = (chars: number) => `${' '.repeat(chars - first.length)}${first}`;
    expect(bankDetails(filled(TEXT_CHARS))).toEqual([first]);
    expect(bankDetails(filled(TEXT_CHARS + 1))).toEqual([]);
  });

  it.each([
    ['starts of IBANs', 'DE12 '],
    ['long IBANs that are wrong', 'LC55HEMM000100010012001200023015 '],
    ['routing without numbers', 'routing aba ach wire '],
    ['routing numbers', 'routing 021000021 '],
    ['sort codes', 'sort code 200000 '],
    ['accounts', 'account 123456789 '],
    ['digits', '1'],
    ['digits with spaces', '1 '],
    ['account and digits', `account ${'1 '.repeat(30)}`],
  ])('read hostile %s and find few', (_, piece) => {
    const text = piece.repeat(Math.ceil(TEXT_CHARS / piece.length));
    expect(bankDetails(text).length).toBeLessThanOrEqual(8);
  });

  it('are searched for by patterns without an unbounded repetition, so that the work is linear in the text', () => {
    for (const { source } of PATTERNS) expect(source).not.toMatch(/[^\\][*+]|,\}/);
  });
});
