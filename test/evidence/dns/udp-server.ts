import { createSocket } from 'node:dgram';

/**
 * What the server does with a question: TXT records, an RCODE, or silence; or it sends an answer that must not be believed:
 * cut short (and nobody listens for TCP), under another id, to another question, or no DNS at all.
 */
export type UdpReply =
  | { readonly txt: readonly string[] }
  | { readonly rcode: number }
  | 'silence'
  | 'truncated'
  | 'otherId'
  | 'otherQuestion'
  | 'garbage';

export interface UdpServer {
  /** For `authentication.dns.servers`. */
  readonly address: string;
  readonly asked: readonly string[];
  close(): Promise<void>;
}

/** A DNS server on loopback that answers by `reply`; enough of RFC 1035 for questions of one name. */
export async function startUdpServer(reply: (name: string) => UdpReply): Promise<UdpServer> {
  const socket = createSocket('udp4');
  const asked: string[] = [];
  socket.on('message', (query, peer) => {
    const name = questionName(query);
    asked.push(name);
    const answer = reply(name);
    if (answer !== 'silence') socket.send(datagram(query, answer), peer.port, peer.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${socket.address().port}`,
    asked,
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

function questionName(query: Buffer): string {
  const labels: string[] = [];
  for (let at = 12; (query[at] ?? 0) > 0; at += 1 + (query[at] ?? 0)) {
    labels.push(query.toString('latin1', at + 1, at + 1 + (query[at] ?? 0)));
  }
  return labels.join('.');
}

/** The record that a forger would like to be believed. */
const FORGED = { txt: ['v=spf1 -all'] };
const TRUNCATED_FLAG = 0x0200;

function datagram(query: Buffer, answer: Exclude<UdpReply, 'silence'>): Buffer {
  if (typeof answer === 'object') return response(query, answer);
  if (answer === 'garbage') return Buffer.concat([query.subarray(0, 2), Buffer.alloc(40, 0xff)]);
  const forged = response(query, answer === 'truncated' ? { txt: [] } : FORGED);
  if (answer === 'truncated') forged.writeUInt16BE(forged.readUInt16BE(2) | TRUNCATED_FLAG, 2);
  if (answer === 'otherId') forged.writeUInt16BE(forged.readUInt16BE(0) ^ 1, 0);
  if (answer === 'otherQuestion') forged[13] = (forged[13] ?? 0) ^ 1;
  return forged;
}

function response(query: Buffer, answer: Extract<UdpReply, object>): Buffer {
  const records = 'txt' in answer ? answer.txt : [];
  const question = query.subarray(12, query.indexOf(0, 12) + 5);
  const header = Buffer.alloc(12);
  header.writeUInt16BE(query.readUInt16BE(0), 0);
  header.writeUInt16BE(0x8180 | ('rcode' in answer ? answer.rcode : 0), 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(records.length, 6);
  return Buffer.concat([header, question, ...records.map(txtRecord)]);
}

function txtRecord(text: string): Buffer {
  const data = Buffer.concat([Buffer.from([text.length]), Buffer.from(text, 'latin1')]);
  const head = Buffer.alloc(12);
  // The name is a pointer to the question.
  head.writeUInt16BE(0xc00c, 0);
  head.writeUInt16BE(16, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt32BE(300, 6);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}
