/** The reporting dimension: what kind of attack or nuisance. */
export const CATEGORIES = [
  'credential_phishing',
  'bec',
  'invoice_fraud',
  'callback_phishing',
  'extortion',
  'scam',
  'malware',
  'spam',
] as const;

export type Category = (typeof CATEGORIES)[number];

/** Category of a verdict: `none` where nothing was found. */
export type VerdictCategory = Category | 'none';
