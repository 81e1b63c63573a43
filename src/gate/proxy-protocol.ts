import { isIPv4, isIPv6 } from 'node:net';
import ipaddr from 'ipaddr.js';

/** The client that a load balancer names. */
export interface ProxySource {
  readonly address: string;
  readonly port: number;
}

/** What the first bytes of a connection are. A null source is the load balancer itself: a health check, or a client that it cannot name. */
export type ProxyHeader =
  | { readonly kind: 'incomplete' }
  | { readonly kind: 'malformed'; readonly why: string }
  | { readonly kind: 'read'; readonly source: ProxySource | null; readonly length: number };

/** The protocol's own bound of a line of version 1, with its CRLF. */
const V1_LIMIT = 107;
/**
 * Bytes after the fixed part of version 2. Addresses take 36 (216 for unix sockets); what load balancers add in TLVs (names, a
 * connection's id, details of TLS) is a few hundred; the field itself would allow 65,535.
 */
export const V2_LIMIT = 4_096;

const V1_START = Buffer.from('PROXY ');
const V2_START = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');
const V2_FIXED = 16;
const LF = 0x0a;
const CR = 0x0d;
const INCOMPLETE: ProxyHeader = { kind: 'incomplete' };

/** Reads a header of the PROXY protocol, version 1 or 2, from the first bytes of a connection. Pure; never throws. */
export function parseProxyHeader(bytes: Buffer): ProxyHeader {
  if (startsAlike(bytes, V1_START)) return parseLine(bytes);
  if (startsAlike(bytes, V2_START)) return parseBinary(bytes);
  return malformed('no PROXY header');
}

/** Whether `bytes` begin with `start`, as far as there are any. */
function startsAlike(bytes: Buffer, start: Buffer): boolean {
  const length = Math.min(bytes.length, start.length);
  return bytes.subarray(0, length).equals(start.subarray(0, length));
}

function parseLine(bytes: Buffer): ProxyHeader {
  const end = bytes.subarray(0, V1_LIMIT).indexOf(LF);
  if (end === -1) return bytes.length < V1_LIMIT ? INCOMPLETE : malformed('line too long');
  if (bytes[end - 1] !== CR) return malformed('line without CRLF');
  const line = bytes.toString('latin1', 0, end - 1);
  const length = end + 1;
  // What follows UNKNOWN is to be ignored.
  if (/^PROXY UNKNOWN(?: |$)/.test(line)) return { kind: 'read', source: null, length };
  const [, family, source = '', destination = '', sourcePort, destinationPort] = V1_LINE.exec(line) ?? [];
  const isAddress = family === 'TCP4' ? isIPv4 : isIPv6;
  const ports = [Number(sourcePort), Number(destinationPort)];
  if (family === undefined || !isAddress(source) || !isAddress(destination))
    return malformed('bad addresses');
  if (ports.some((port) => port > 65_535)) return malformed('bad ports');
  return { kind: 'read', source: { address: plain(source), port: ports[0] ?? 0 }, length };
}

const V1_LINE = /^PROXY (TCP4|TCP6) ([0-9a-fA-F:.]+) ([0-9a-fA-F:.]+) (0|[1-9]\d{0,4}) (0|[1-9]\d{0,4})$/;

/** Version and command in one octet, family and transport in another, then the length of the rest. */
function parseBinary(bytes: Buffer): ProxyHeader {
  if (bytes.length < V2_FIXED) return INCOMPLETE;
  const command = bytes[12];
  const rest = bytes.readUInt16BE(14);
  if (command !== 0x20 && command !== 0x21) return malformed('bad version or command');
  if (rest > V2_LIMIT) return malformed('header too long');
  const length = V2_FIXED + rest;
  const sizes = ADDRESS_SIZES.get(bytes[13] ?? 0xff);
  if (command === 0x21 && (sizes === undefined || rest < sizes.both)) return malformed('bad addresses');
  if (bytes.length < length) return INCOMPLETE;
  if (command === 0x20 || sizes === undefined || sizes.one === 0)
    return { kind: 'read', source: null, length };
  const address = ipaddr.fromByteArray([...bytes.subarray(V2_FIXED, V2_FIXED + sizes.one)]).toString();
  const port = bytes.readUInt16BE(V2_FIXED + 2 * sizes.one);
  return { kind: 'read', source: { address: plain(address), port }, length };
}

/** By family and transport: the size of an IP address, and of both addresses with their ports. Over TCP there is no other transport. */
const ADDRESS_SIZES = new Map([
  [0x00, { one: 0, both: 0 }],
  [0x11, { one: 4, both: 12 }],
  [0x21, { one: 16, both: 36 }],
  [0x31, { one: 0, both: 216 }],
]);

/** IPv4 in IPv6 as IPv4, so that lists and limits know the client. */
function plain(address: string): string {
  return ipaddr.process(address).toString();
}

function malformed(why: string): ProxyHeader {
  return { kind: 'malformed', why };
}
