import { domainToASCII } from 'node:url';
import ipaddr from 'ipaddr.js';

/** An entry of a list of senders. A domain covers itself and all below it. */
export type Entry =
  | { readonly kind: 'address'; readonly address: string }
  | { readonly kind: 'domain'; readonly domain: string }
  | { readonly kind: 'network'; readonly network: Network };

export type Network = readonly [ipaddr.IPv4 | ipaddr.IPv6, number];

const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;
/** RFC 1035 section 2.3.4. */
const MAX_DOMAIN_LENGTH = 253;

/** Reads an entry: `user@example.com`, `example.com`, `192.0.2.0/24`, `2001:db8::1`. Null where it is none of them. */
export function parseEntry(text: string): Entry | null {
  const network = parseNetwork(text);
  if (network !== null) return { kind: 'network', network };
  const at = text.lastIndexOf('@');
  const domain = parseDomain(text.slice(at + 1));
  if (domain === null || at === 0) return null;
  if (at === -1) return { kind: 'domain', domain };
  return { kind: 'address', address: `${text.slice(0, at).toLowerCase()}@${domain}` };
}

/** A domain in lower case and ASCII; null where it is none. */
export function parseDomain(text: string): string | null {
  const ascii = domainToASCII(text.trim().replace(/\.$/, '')).toLowerCase();
  if (ascii === '' || ascii.length > MAX_DOMAIN_LENGTH || isIpv4(ascii)) return null;
  return ascii.split('.').every((label) => LABEL.test(label)) ? ascii : null;
}

/** In any of its forms (`127.1`, `0x7f.0.0.1`). What has other characters is spared the question: ipaddr throws and catches to say no. */
function isIpv4(text: string): boolean {
  return /^[0-9a-fx.]+$/.test(text) && ipaddr.isValid(text);
}

/** An address or CIDR; null where it is none. IPv4 in IPv6 is taken as IPv4. */
export function parseNetwork(text: string): Network | null {
  if (ipaddr.isValidCIDR(text)) return ipaddr.parseCIDR(text);
  if (!/[.:].*[.:]/.test(text) || !ipaddr.isValid(text)) return null;
  const address = ipaddr.process(text);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}

/** False for what is no address. */
export function isInNetwork(address: string, [base, bits]: Network): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  return parsed.kind() === base.kind() && parsed.match([base, bits] as [ipaddr.IPv4, number]);
}
