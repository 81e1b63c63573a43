/** Themes of words; each a list per language. */
export const THEMES = [
  'credentials',
  'urgency',
  'money',
  'paymentChange',
  'secrecy',
  'giftCard',
  'prize',
  'inheritance',
  'extortion',
  'cryptocurrency',
  'job',
  'callback',
  'invoice',
  'delivery',
  'accountThreat',
  'pharmacy',
  'adult',
  'marketing',
  'unsubscribe',
] as const;

export type Theme = (typeof THEMES)[number];

export interface LanguageFacts {
  /** ISO 639-1, '' where it could not be told. */
  readonly language: string;
  readonly words: number;
  readonly themes: Readonly<Record<Theme, number>>;
  /** First words that hit, by theme, for explanations; at most three a theme. */
  readonly examples: Readonly<Partial<Record<Theme, readonly string[]>>>;
  readonly exclamations: number;
  readonly upperShare: number;
  readonly currencyAmounts: number;
  readonly phoneNumbers: number;
  readonly bitcoinAddresses: number;
  /** Words that mix scripts (Latin with Cyrillic or Greek). */
  readonly mixedScriptWords: number;
  readonly genericGreeting: boolean;
}
