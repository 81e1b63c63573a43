import { createHash } from 'node:crypto';
import { keyOf, type ReputationKey } from '../../reputation/key.ts';
import { bankDetails } from './bank-details.ts';

/** 96 bits: no two accounts of one organisation share them. The memory needs to know an account again, not to tell it. */
const HASH_CHARS = 24;

export interface AccountKeys {
  readonly accountOwner: ReputationKey | null;
  readonly accounts: readonly ReputationKey[];
}

/** The keys of bank details in a text, as those of `owner`, and that he gives any. */
export function accountsOf(text: string, owner: string): AccountKeys {
  const accounts = bankDetails(text)
    .map((account) => keyOf('account', owner, hashed(account)))
    .filter((key) => key !== null);
  return { accountOwner: accounts.length === 0 ? null : keyOf('account', owner), accounts };
}

function hashed(account: string): string {
  return createHash('sha256').update(account).digest('hex').slice(0, HASH_CHARS);
}
