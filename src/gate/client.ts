import type { Envelope } from '../mail/mail.ts';
import type { ClientConnection } from './client-connection.ts';
import { type Forwarded, plainAddress, type XforwardAttribute } from './xforward.ts';

/** Who hands us a message: the peer, or the client that a listed forwarder names. */
export interface Client {
  readonly ip: string;
  readonly name: string | null;
  readonly helo: string | null;
  /** As RFC 3848 names it. */
  readonly protocol: string;
  /** What to tell the next hop by XFORWARD. */
  readonly forwarded: Forwarded;
  /** The peer may forward but named no client: mail of its own, to which no limit per client applies. */
  readonly isForwarderItself: boolean;
}

/** The client of the transaction that begins now on this connection. */
export function clientOf(connection: ClientConnection): Client {
  const { clientIp, forwarded, isForwarder, named, session } = connection;
  const helo = session.hostNameAppearsAs || null;
  const protocol = session.transmissionType;
  const peer: Forwarded = new Map<XforwardAttribute, string | null>([
    ['NAME', named.get('NAME') ?? null],
    ['ADDR', xforwardAddress(clientIp)],
    ['PORT', named.has('ADDR') ? (named.get('PORT') ?? null) : String(connection.remotePort)],
    ['PROTO', protocol.startsWith('E') ? 'ESMTP' : 'SMTP'],
    ['HELO', helo],
    ['SOURCE', 'REMOTE'],
  ]);
  const given = forwarded.get('ADDR') ?? null;
  if (given === null) {
    return {
      ip: clientIp,
      name: named.get('NAME') ?? null,
      helo,
      protocol,
      forwarded: forwarded.size === 0 ? peer : forwarded,
      isForwarderItself: isForwarder,
    };
  }
  return {
    ip: plainAddress(given),
    name: forwarded.get('NAME') ?? null,
    helo: forwarded.get('HELO') ?? null,
    protocol,
    forwarded,
    isForwarderItself: false,
  };
}

export function envelopeOf(client: Client, mailFrom: string, rcptTo: readonly string[]): Envelope {
  return { clientIp: client.ip, clientName: client.name, helo: client.helo, mailFrom, rcptTo };
}

function xforwardAddress(ip: string): string {
  return ip.includes(':') ? `IPv6:${ip}` : ip;
}
