import { randomFillSync } from 'node:crypto';

/** Crockford's base 32: no I, L, O or U, so an id survives being read aloud, and sorts as the numbers do. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const TIME_BITS = 48;
const RANDOM_BITS = 64n;
/** 112 bits in groups of 5, rounded up: the first character holds two bits. */
const LENGTH = 23;
const ID = /^[0-3][0-9A-HJKMNP-TV-Z]{22}$/;

/**
 * An id for a mail: 48 bits of milliseconds since 1970, then 64 random bits. Ids sort by time; two of the same millisecond
 * are in no order. `now` is for tests.
 */
export function newMailId(now: number = Date.now()): string {
  const random = randomFillSync(new BigUint64Array(1))[0] ?? 0n;
  let value = (BigInt.asUintN(TIME_BITS, BigInt(now)) << RANDOM_BITS) | random;
  let id = '';
  for (let place = 0; place < LENGTH; place++) {
    id = ALPHABET.charAt(Number(value & 31n)) + id;
    value >>= 5n;
  }
  return id;
}

/** Whether this is an id that `newMailId` can have made. Ids become file names: what is not one must never reach a path. */
export function isMailId(text: string): boolean {
  return ID.test(text);
}

/** When the id was made, in milliseconds since 1970, by the clock of its maker; null for what is no id. */
export function timeOfMailId(id: string): number | null {
  if (!isMailId(id)) return null;
  const value = [...id].reduce((sum, character) => (sum << 5n) | BigInt(ALPHABET.indexOf(character)), 0n);
  return Number(value >> RANDOM_BITS);
}
