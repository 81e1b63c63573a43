import { createPublicKey, randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { MAX_KEY_BITS, withinKeySize } from '../../../src/evidence/authentication/key-size.ts';
import { factsFor, keyZone, mailBytes, signed } from '../authentication-mail.ts';
import type { Zone } from '../dns/zone.ts';

const KEY_NAME = 's1._domainkey.shop.example';
const WRAPPED_BYTES = MAX_KEY_BITS / 8 + 64;

/** A public key that nobody has the other half of: making one of 16384 bits would take minutes. */
function publicKey(bits: number): string {
  const modulus = randomBytes(bits / 8);
  modulus[0] = (modulus[0] ?? 0) | 0x80;
  modulus[modulus.length - 1] = (modulus.at(-1) ?? 0) | 1;
  const key = { kty: 'RSA', n: modulus.toString('base64url'), e: 'AQAB' };
  return createPublicKey({ key, format: 'jwk' }).export({ type: 'spki', format: 'der' }).toString('base64');
}

const ask = (record: string, name = KEY_NAME) => withinKeySize(async () => [[record]])(name, 'TXT');

describe('A2 a key', () => {
  const mail = async () => signed(mailBytes('ann@shop.example'), 'shop.example');

  test.each([
    [MAX_KEY_BITS, 'fail'],
    [8192, 'neutral'],
    [16_384, 'neutral'],
  ])(
    'of %i bits gives %s for a signature by another: a longer one than 4096 is not tried',
    async (bits, dkim) => {
      const zone: Zone = { [`TXT ${KEY_NAME}`]: [[`v=DKIM1; k=rsa; p=${publicKey(bits)}`]] };
      expect(await factsFor({ bytes: await mail(), zone })).toMatchObject({ dkim, dkimDomains: [] });
    },
  );

  test('of 4096 bits is good', async () => {
    const bytes = await signed(mailBytes('ann@shop.example'), 'shop.example', { bits: MAX_KEY_BITS });
    expect(await factsFor({ bytes, zone: keyZone('shop.example', MAX_KEY_BITS) })).toMatchObject({
      dkim: 'pass',
      authenticatedDomain: 'shop.example',
    });
  }, 60_000);

  test.each([
    [WRAPPED_BYTES - 1, true],
    [WRAPPED_BYTES, true],
    [WRAPPED_BYTES + 1, false],
  ])('record with %i bytes of key is handed on: %s', async (bytes, isTaken) => {
    const asked = ask(`v=DKIM1; p=${Buffer.alloc(bytes).toString('base64')}`);
    if (isTaken) await expect(asked).resolves.toHaveLength(1);
    else await expect(asked).rejects.toMatchObject({ code: 'EINVALIDVAL' });
  });

  test('cannot hide its length behind a short one, blanks or capitals', async () => {
    const long = publicKey(8192);
    for (const record of [
      `p=AAAA; p=${long}`,
      `P=${long}`,
      `v=DKIM1;\tp= ${long.replace(/(.{60})/g, '$1 ')}`,
    ])
      await expect(ask(record)).rejects.toMatchObject({ code: 'EINVALIDVAL' });
  });

  test('is looked for in key records alone', async () => {
    await expect(ask(`v=spf1 p=${publicKey(8192)}`, 'shop.example')).resolves.toHaveLength(1);
  });
});
