import { generateKeyPairSync } from 'node:crypto';
import { dkimSign } from 'mailauth/lib/dkim/sign.js';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import type { Letter } from './send-all.ts';

const DOMAIN = 'signer.example';
const SELECTOR = 'test';

/** A signer with a key of its own, and the DNS record that its signatures are checked against. */
export interface Signer {
  /** The letter with a DKIM-Signature of ours on top; as it is where it cannot be signed, without a From for one. */
  sign(letter: Letter): Promise<Letter>;
  /** Whether the message carries a signature of ours that is good. */
  verifies(raw: Buffer): Promise<boolean>;
}

export function createSigner(): Signer {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'der' },
  });
  const record = `v=DKIM1; k=rsa; p=${publicKey.toString('base64')}`;
  const resolver = async (name: string, type: string) => {
    if (name === `${SELECTOR}._domainkey.${DOMAIN}` && type === 'TXT') return [[record]];
    throw Object.assign(new Error(`no ${type} of ${name}`), { code: 'ENOTFOUND' });
  };
  return {
    sign: async (letter) => {
      // The typings of mailauth 7.1.0 want the key outside of signatureData, the code reads it inside only.
      const key = { signingDomain: DOMAIN, selector: SELECTOR, privateKey };
      const { signatures, errors } = await dkimSign(letter.raw, {
        canonicalization: 'relaxed/simple',
        ...key,
        signatureData: [key],
      });
      if (errors.length > 0) return letter;
      const header = Buffer.from(`${signatures.trimEnd()}\r\n`);
      return { ...letter, raw: Buffer.concat([header, letter.raw]) };
    },
    verifies: async (raw) => {
      const { results } = await dkimVerify(raw, { resolver, minBitLength: 1024 });
      return results.some((result) => result.signingDomain === DOMAIN && result.status.result === 'pass');
    },
  };
}
