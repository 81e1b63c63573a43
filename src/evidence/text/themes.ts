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
