import { hash, randomBytes } from 'node:crypto';

/** 256 bits: nobody guesses one, and so a fast hash of it can be kept. */
const SECRET_BYTES = 32;

/** A new id of a session, token or form: 43 characters of base64url. */
export function newSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url');
}

/** As it is kept: whoever reads the database cannot use it. */
export function keptSecret(secret: string): string {
  return hash('sha256', secret, 'hex');
}
