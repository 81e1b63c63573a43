import ipaddr from 'ipaddr.js';

/** Who gets one IPv4 address often gets its neighbours, too; of IPv6 one customer gets a /48 (RFC 6177). */
const V4_PREFIX = 24;
const V6_PREFIX = 48;

/** Nobody outside knows these: the mail is from our own network, or the front did not tell the client. */
const PRIVATE_RANGES = ['loopback', 'private', 'linkLocal', 'uniqueLocal', 'unspecified'];

/** An address of a client that others may know, too: in SPF records, on lists. */
export function isPublic(ip: string): boolean {
  return ipaddr.isValid(ip) && !PRIVATE_RANGES.includes(ipaddr.process(ip).range());
}

/** The network a client is remembered by, `192.0.2.0/24` or `2001:db8::/48`; '' where the text is no address. */
export function networkOf(ip: string): string {
  if (!ipaddr.isValid(ip)) return '';
  const address = ipaddr.process(ip);
  const prefix = address.kind() === 'ipv4' ? V4_PREFIX : V6_PREFIX;
  const bytes = address.toByteArray().map((byte, at) => (at * 8 < prefix ? byte : 0));
  return `${ipaddr.fromByteArray(bytes).toString()}/${prefix}`;
}
