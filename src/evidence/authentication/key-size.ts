import type { DNSResolver } from 'mailauth';
import { DnsError } from '../dns/answer.ts';

/** RFC 8301 section 3.2: verifiers must take keys up to 4096 bits, and may refuse longer ones, whose cost grows by the square. */
export const MAX_KEY_BITS = 4096;
/** Around the modulus of a SubjectPublicKeyInfo: algorithm, lengths, and the exponent. */
const MAX_WRAPPING_BYTES = 64;
const MAX_KEY_BYTES = MAX_KEY_BITS / 8 + MAX_WRAPPING_BYTES;

/** A resolver that withholds keys longer than MAX_KEY_BITS: a signature by one is `neutral`, as by a key that nobody can read. */
export function withinKeySize(resolver: DNSResolver): DNSResolver {
  return async (name, type) => {
    const records: unknown = await resolver(name, type);
    if (type === 'TXT' && isKeyName(name) && Array.isArray(records) && keyBytes(records[0]) > MAX_KEY_BYTES) {
      // The code by which mailauth knows a key that is none.
      throw new DnsError('EINVALIDVAL', `key of more than ${MAX_KEY_BITS} bits`);
    }
    return records as Awaited<ReturnType<DNSResolver>>;
  };
}

function isKeyName(name: string): boolean {
  return /\._domainkey\./i.test(name);
}

/** Size of the longest key in a key record (RFC 6376 section 3.6.1, `p`); 0 without one. Only the first record is ever read. */
function keyBytes(record: unknown): number {
  const text = [record].flat().join('').replace(/\s+/g, '');
  const keys = [...text.matchAll(/(?:^|;)p=([^;=]*)/gi)].map(([, key = '']) =>
    Math.floor((key.length * 3) / 4),
  );
  return Math.max(0, ...keys);
}
