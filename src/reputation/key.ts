import type { ReputationKey } from './reputation.ts';

/** The longest address is 254 octets (RFC 5321 errata 1690) and the longest kind 11; what is longer is nobody's sender. */
export const KEY_CHARACTERS = 300;

/** Longer keys are not remembered: their sender stays unknown, and nobody fills the store with long names. */
export function isRemembered(key: ReputationKey): boolean {
  return key.length <= KEY_CHARACTERS;
}
