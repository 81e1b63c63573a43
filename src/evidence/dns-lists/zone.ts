import ipaddr from 'ipaddr.js';
import type { Config } from '../../config/schema.ts';
import { isPublic } from '../names/network.ts';

export type ZoneSettings = Config['dnsLists']['clients'][number];

/** What an address in an answer says: listed, not listed, or that the zone gives us no opinion. */
export type Reading = 'hit' | 'miss' | 'refused';

/** One DNS list (RFC 5782) and the meaning of its answers. */
export class Zone {
  readonly name: string;
  readonly #accept: readonly (readonly [ipaddr.IPv4, number])[];
  readonly #mask: number | null;

  constructor({ zone, accept, mask }: ZoneSettings) {
    this.name = zone.toLowerCase().replace(/\.$/, '');
    this.#accept = accept.map((text) => networkOf(text));
    this.#mask = mask;
  }

  /**
   * Lists answer in 127.0.0.0/8 (RFC 5782 section 2.1). 127.0.0.1 and 127.255.255.0/24 are how they refuse a client that
   * asks too much or by a public resolver; an answer elsewhere is a parked domain where a list was. Neither may count as
   * a listing: all mail of the world would be listed.
   */
  read(answer: string): Reading {
    if (!ipaddr.IPv4.isValidFourPartDecimal(answer)) return 'refused';
    const address = ipaddr.IPv4.parse(answer);
    const [first, second, third, fourth] = address.octets as [number, number, number, number];
    if (first !== 127 || answer === '127.0.0.1' || (second === 255 && third === 255)) return 'refused';
    if (this.#mask !== null) {
      const bits = (second << 16) | (third << 8) | fourth;
      return (bits & this.#mask) === 0 ? 'miss' : 'hit';
    }
    if (this.#accept.length === 0) return 'hit';
    return this.#accept.some((network) => address.match(network[0], network[1])) ? 'hit' : 'miss';
  }
}

/** An IPv4 address or network of the configuration, which has checked it. */
function networkOf(text: string): readonly [ipaddr.IPv4, number] {
  return ipaddr.IPv4.parseCIDR(text.includes('/') ? text : `${text}/32`);
}

/**
 * A client's address as lists know it: octets (IPv4) or nibbles (IPv6) from the last to the first (RFC 5782 section 2.1,
 * 2.4). Null for addresses that nobody lists, as those of a private network.
 */
export function reversedAddress(ip: string): string | null {
  if (!isPublic(ip)) return null;
  const address = ipaddr.process(ip);
  const bytes = address.toByteArray();
  if (address.kind() === 'ipv4') return bytes.reverse().join('.');
  return bytes
    .flatMap((byte) => [byte >> 4, byte & 15])
    .reverse()
    .map((nibble) => nibble.toString(16))
    .join('.');
}
