/** Which recipients' held mail somebody sees. */
export interface Scope {
  /** Recipient domains, in lower case; null is all. */
  readonly domains: readonly string[] | null;
  /** One recipient, in lower case; null is everybody of those domains. */
  readonly address: string | null;
}

export const WHOLE: Scope = { domains: null, address: null };

/** Whether it covers mail to this recipient. */
export function covers({ domains, address }: Scope, recipient: string): boolean {
  const lower = recipient.toLowerCase();
  if (address !== null && lower !== address) return false;
  return domains === null || domains.includes(lower.slice(lower.lastIndexOf('@') + 1));
}
