import type { Theme } from '../../evidence/language.ts';
import type { Feature } from '../feature.ts';
import { featuresOf } from './group.ts';

const { flag, count, share } = featuresOf('language');

/** `paymentChange` as `payment_change`. */
export const snakeCase = (name: string) => name.replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`);

/** What the phrases of a theme are about, as words for people. */
export const THEME_WORDS: Readonly<Record<Theme, string>> = {
  credentials: 'passwords and confirming accounts',
  urgency: 'urgency',
  money: 'money and transfers',
  paymentChange: 'changed bank details or a payment to make',
  secrecy: 'secrecy, or being unable to talk',
  giftCard: 'gift cards',
  prize: 'prizes',
  inheritance: 'inheritances and donations',
  extortion: 'blackmail',
  cryptocurrency: 'cryptocurrency',
  job: 'jobs and easy income',
  callback: 'a charge or subscription, and a number to call',
  invoice: 'invoices and orders',
  delivery: 'parcels',
  accountThreat: 'an account in danger',
  pharmacy: 'medicines',
  adult: 'sex and dating',
  marketing: 'offers',
  unsubscribe: 'leaving a list',
};

const themeFeatures = (Object.keys(THEME_WORDS) as Theme[]).map((theme) =>
  count(
    snakeCase(theme),
    'free',
    `Distinct phrases about ${THEME_WORDS[theme]}`,
    (facts) => facts.themes[theme],
  ),
);

/** No feature is the language itself: other languages are rare in the training mail for reasons of the training mail. */
export const LANGUAGE: readonly Feature[] = [
  ...themeFeatures,
  count('words', 'free', 'Words that were read', (facts) => facts.words),
  count('exclamations', 'free', 'Exclamation marks', (facts) => facts.exclamations),
  share('capitals', 'free', 'Capitals among the letters', (facts) => facts.upperShare),
  count('amounts', 'free', 'Amounts of money', (facts) => facts.currencyAmounts),
  count('phone_numbers', 'free', 'Telephone numbers', (facts) => facts.phoneNumbers),
  count('bitcoin_addresses', 'up', 'Bitcoin addresses', (facts) => facts.bitcoinAddresses),
  count('mixed_scripts', 'up', 'Words that mix alphabets', (facts) => facts.mixedScriptWords),
  flag(
    'generic_greeting',
    'up',
    'It greets nobody by name ("Dear customer")',
    (facts) => facts.genericGreeting,
  ),
];
