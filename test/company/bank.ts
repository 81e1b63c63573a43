import type { Random } from './random.ts';

/** A bank account as an invoice gives it. */
export interface BankAccount {
  readonly bank: string;
  /** Lines of a letter that name it. */
  readonly lines: readonly string[];
}

export type BankCountry = 'DE' | 'GB' | 'NL' | 'US';

const BANKS = {
  DE: ['Hafenbank', 'Kreiskasse Mittelau', 'Volkskasse Ostrand', 'Nordring Bank'],
  GB: ['Harbour & Vale Bank', 'Mercian Trust Bank', 'Tidewater Bank', 'Old Quay Bank'],
  NL: ['Polderbank', 'Grachtenkas', 'Zuidkade Bank', 'Molenbank'],
  US: ['Prairie First Bank', 'Bluewater Savings', 'Granite Street Bank', 'Cedar Union Bank'],
} as const;

/** An account that passes the checks of its country and belongs to nobody: banks of these codes do not exist. */
export function bankAccount(random: Random, country: BankCountry): BankAccount {
  const bank = random.pick(BANKS[country]);
  if (country === 'US') {
    const account = random.digits(10);
    return {
      bank,
      lines: [`Bank: ${bank}`, `Routing number: ${routingNumber(random)}`, `Account number: ${account}`],
    };
  }
  const iban = ibanOf(country, domesticNumber(random, country));
  return { bank, lines: [`Bank: ${bank}`, `IBAN: ${iban.replace(/(.{4})(?=.)/g, '$1 ')}`] };
}

function domesticNumber(random: Random, country: Exclude<BankCountry, 'US'>): string {
  if (country === 'DE') return `99${random.digits(16)}`;
  return country === 'GB' ? `XXXX${random.digits(14)}` : `XXXX${random.digits(10)}`;
}

/** ISO 13616: check digits so that the number with its first four signs at the end is 1 modulo 97. */
export function ibanOf(country: string, domestic: string): string {
  let rest = 0;
  for (const sign of `${domestic}${country}00`) {
    const value = Number.parseInt(sign, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return `${country}${String(98 - rest).padStart(2, '0')}${domestic}`;
}

/** Nine digits with the checksum of ABA: weights 3, 7, 1. */
function routingNumber(random: Random): string {
  const first = `09${random.digits(6)}`;
  const sum = [...first].reduce((total, digit, at) => total + Number(digit) * ([3, 7, 1][at % 3] ?? 0), 0);
  return `${first}${(10 - (sum % 10)) % 10}`;
}
