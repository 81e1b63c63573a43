import type { Content } from '../mail/mail.ts';

/** RFC 5321 section 6.3 wants a threshold of at least 100 counted hops, or something simpler; Postfix bounces at 50. */
export const MAX_RECEIVED = 50;
/** Received headers stand at the top; a header block longer than this is no mail loop. */
const LOOKED_AT_BYTES = 1_048_576;
const LINE_END = Buffer.from('\r\n');
/** A longer name is no host name (RFC 1035: 255 octets). */
const NAME_LIMIT = 255;

export interface Trace {
  readonly helo: string | null;
  readonly clientName: string | null;
  readonly clientIp: string | null;
  /** As RFC 3848 names it: `ESMTP`, `ESMTPS`, `SMTP`, `UTF8SMTPS` … */
  readonly protocol: string;
  readonly hostname: string;
  readonly id: string;
  readonly receivedAt: Date;
}

/**
 * Our trace header (RFC 5321 section 4.4). Recipients are not in it: it would tell them of each other.
 */
export function receivedHeader(trace: Trace): Buffer {
  const from = name(trace.helo) ?? 'unknown';
  const client = [name(trace.clientName), trace.clientIp === null ? null : literal(trace.clientIp)].filter(
    Boolean,
  );
  const date = trace.receivedAt.toUTCString().replace('GMT', '+0000');
  return Buffer.from(
    `Received: from ${from}${client.length === 0 ? '' : ` (${client.join(' ')})`}\r\n` +
      `\tby ${trace.hostname} (Postern) with ${trace.protocol} id ${trace.id};\r\n\t${date}\r\n`,
    'utf8',
  );
}

/** How many hosts the message says it has passed. More than `MAX_RECEIVED - 1` is taken for a loop. */
export async function countReceived(content: Content): Promise<number> {
  const head = await content.head(LOOKED_AT_BYTES);
  // No header at all: what follows is text.
  if (head.subarray(0, 2).equals(LINE_END)) return 0;
  const end = head.indexOf('\r\n\r\n');
  const block = head.subarray(0, end === -1 ? head.length : end).toString('latin1');
  return block.match(/^received[ \t]*:/gim)?.length ?? 0;
}

/** A name as the peer gave it, without what could end a comment or a line. ASCII: headers are, where SMTPUTF8 was not agreed on. */
function name(given: string | null): string | null {
  const safe = given?.replace(/[^\w.:[\]-]/g, '?').slice(0, NAME_LIMIT);
  return safe ? safe : null;
}

function literal(ip: string): string {
  return ip.includes(':') ? `[IPv6:${name(ip)}]` : `[${name(ip)}]`;
}
