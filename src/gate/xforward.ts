import { isIP } from 'node:net';

/** Attributes of a forwarded client, of Postfix's XFORWARD protocol; null is `[UNAVAILABLE]`. */
export const XFORWARD_ATTRIBUTES = ['NAME', 'ADDR', 'PORT', 'PROTO', 'HELO', 'IDENT', 'SOURCE'] as const;

export type XforwardAttribute = (typeof XFORWARD_ATTRIBUTES)[number];
export type Forwarded = ReadonlyMap<XforwardAttribute, string | null>;

const UNAVAILABLE = '[UNAVAILABLE]';
/** The protocol's own limit for a value. */
const VALUE_LIMIT = 255;
/** RFC 5321 section 4.5.3.1.4: a command line has at most 512 octets with its CRLF; further attributes go in another command. */
const COMMAND_LIMIT = 510;
const IPV6_PREFIX = /^IPv6:/i;
const UNSAFE = /[\x00-\x1f\x7f-\x9f\u2028\u2029]/;

/** The attributes of an XFORWARD command (its text after the verb). Null where it is malformed: then none of it counts. */
export function parseXforward(text: string): Forwarded | null {
  return decodeAttributes(text, XFORWARD_ATTRIBUTES, [UNAVAILABLE]);
}

/**
 * Words of the form `NAME=xtext`, the names among `known`; a value among `unknown` becomes null. Null where a name is not known, or a value is
 * empty, too long, no xtext, not what its name says, or has control characters in it: they would end lines in headers and logs (S6, S13).
 */
export function decodeAttributes<Name extends string>(
  text: string,
  known: readonly Name[],
  unknown: readonly string[],
): ReadonlyMap<Name, string | null> | null {
  const attributes = new Map<Name, string | null>();
  for (const word of text.trim().split(/[ \t]+/)) {
    const [key, given, ...more] = word.split('=');
    const name = known.find((candidate) => candidate === key?.toUpperCase());
    const value = given === undefined || more.length > 0 ? null : decodeXtext(given);
    if (name === undefined || value === null || value === '' || UNSAFE.test(value)) return null;
    if (value.length > VALUE_LIMIT) return null;
    const told = unknown.includes(value.toUpperCase()) ? null : value;
    if (told !== null && !isPlausible(name, told)) return null;
    attributes.set(name, told);
  }
  return attributes;
}

function isPlausible(name: string, value: string): boolean {
  if (name === 'ADDR') return isIP(plainAddress(value)) !== 0;
  return name !== 'PORT' || (/^\d{1,5}$/.test(value) && Number(value) <= 65_535);
}

/** The address of ADDR without the prefix that SMTP gives to IPv6 (RFC 5321 section 4.1.3). */
export function plainAddress(value: string): string {
  return value.replace(IPV6_PREFIX, '');
}

/** The commands that tell `attributes` to a server which offers those of `offered`; each fits into a command line. */
export function formatXforward(attributes: Forwarded, offered: ReadonlySet<string>): string[] {
  const commands: string[] = [];
  let line = 'XFORWARD';
  for (const attribute of XFORWARD_ATTRIBUTES) {
    if (!offered.has(attribute) || !attributes.has(attribute)) continue;
    const value = attributes.get(attribute) ?? null;
    const word = ` ${attribute}=${value === null ? UNAVAILABLE : encodeXtext(value)}`;
    if (line.length + word.length > COMMAND_LIMIT) {
      commands.push(line);
      line = 'XFORWARD';
    }
    line += word;
  }
  return line === 'XFORWARD' ? commands : [...commands, line];
}

/** RFC 3461 section 4: `+` and `=` and what is not printable ASCII become `+HH`, byte for byte of UTF-8. */
export function encodeXtext(text: string): string {
  let encoded = '';
  for (const byte of Buffer.from(text.slice(0, VALUE_LIMIT))) {
    const plain = byte > 0x20 && byte < 0x7f && byte !== 0x2b && byte !== 0x3d;
    encoded += plain ? String.fromCharCode(byte) : `+${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return encoded;
}

/** Null where a `+` is not followed by two hexadecimal digits, or the bytes are not UTF-8. */
export function decodeXtext(text: string): string | null {
  if (/\+(?![0-9A-Fa-f]{2})/.test(text)) return null;
  const bytes: number[] = [];
  for (const [piece, hex] of text.matchAll(/\+([0-9A-Fa-f]{2})|[^+]+/g)) {
    if (hex === undefined) bytes.push(...Buffer.from(piece));
    else bytes.push(Number.parseInt(hex, 16));
  }
  const decoded = Buffer.from(bytes).toString('utf8');
  return decoded.includes('\ufffd') ? null : decoded;
}
