import { decodeAttributes } from './xforward.ts';

/** Attributes of a named client, of Postfix's XCLIENT protocol. What we have no use for is read and forgotten. */
const XCLIENT_ATTRIBUTES = [
  'NAME',
  'REVERSE_NAME',
  'ADDR',
  'PORT',
  'PROTO',
  'HELO',
  'LOGIN',
  'DESTADDR',
  'DESTPORT',
] as const;

export type XclientAttribute = (typeof XCLIENT_ATTRIBUTES)[number];
/** Null where the host that names the client does not know it either. */
export type NamedClient = ReadonlyMap<XclientAttribute, string | null>;

const UNKNOWN = ['[UNAVAILABLE]', '[TEMPUNAVAIL]'];

/** The attributes of an XCLIENT command (its text after the verb). Null where it is malformed: then none of it counts. */
export function parseXclient(text: string): NamedClient | null {
  return decodeAttributes(text, XCLIENT_ATTRIBUTES, UNKNOWN);
}
