import { THEMES, type Theme } from '../../evidence/language.ts';
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
  mailbox: 'a full mailbox, held messages or an expiring password',
  availability: 'being available, or a quick favour',
  offChannel: 'answering elsewhere',
  loan: 'loans',
  seo: 'ranking and web design',
  romance: 'love and acquaintance',
  legal: 'courts, police and fines',
};

/** How to leave a list is said in honest newsletters, which are rare in training mail: that theme is for rules only. */
export const MEASURED_THEMES = THEMES.filter((theme) => theme !== 'unsubscribe');

const themeFeatures = MEASURED_THEMES.map((theme) =>
  count(
    snakeCase(theme),
    'free',
    `Distinct phrases about ${THEME_WORDS[theme]}`,
    (facts) => facts.themes[theme],
  ),
);

/** Short texts are told apart; beyond this, length tells letters from discussions and not attacks from others. */
const SHORT_TEXT = 200;

/** No feature is the language itself: other languages are rare in the training mail for reasons of the training mail. */
export const LANGUAGE: readonly Feature[] = [
  ...themeFeatures,
  count('words', 'free', 'Words that were read, up to 200', ({ words }) => Math.min(words, SHORT_TEXT)),
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
  flag(
    'asks_to_log_in',
    'free',
    'Credentials or an account in danger, beside a page to open',
    (facts) => facts.asksToLogIn,
  ),
  flag('asks_to_call', 'up', 'A charge and a number to call', (facts) => facts.asksToCall),
  flag(
    'asks_for_answer',
    'up',
    'A few words that ask for an answer, a favour or a number',
    (facts) => facts.asksForAnswer,
  ),
  flag('asks_for_payment', 'up', 'Bank details or a payment, with pressure', (facts) => facts.asksForPayment),
  flag('asks_for_ransom', 'up', 'Blackmail and cryptocurrency', (facts) => facts.asksForRansom),
  flag('new_account', 'up', 'A bank account, and that it is another one', (facts) => facts.newAccount),
  flag(
    'freemail_in_text',
    'up',
    'The text gives an address at a free mailbox',
    (facts) => facts.freemailInText,
  ),
];
