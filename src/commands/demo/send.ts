import { configSchema } from '../../config/schema.ts';
import { connect } from '../../gate/next-hop/connect.ts';
import type { Connection } from '../../gate/next-hop/connection.ts';
import type { Reply } from '../../gate/reply.ts';
import type { DemoCase } from './cases.ts';
import { EDGE } from './setting.ts';

/** A connection to the gate, as the host before it would open one. */
export function connectTo(gate: { readonly address: string; readonly port: number }): Promise<Connection> {
  const settings = configSchema.parse({
    gate: { nextHop: { host: gate.address, port: gate.port, tls: 'off' } },
  });
  if (settings.gate.nextHop === null) throw new Error('the gate has no address');
  return connect(settings.gate.nextHop, EDGE);
}

/** Sends one message with its real client's address; gives the last word on it. */
export async function send(connection: Connection, message: DemoCase): Promise<Reply> {
  const { clientIp, helo, mailFrom, rcptTo } = message.envelope;
  const address = clientIp.includes(':') ? `IPV6:${clientIp}` : clientIp;
  const commands = [
    `XFORWARD ADDR=${address} HELO=${helo}`,
    `MAIL FROM:<${mailFrom}>`,
    ...rcptTo.map((recipient) => `RCPT TO:<${recipient}>`),
  ];
  for (const command of commands) {
    const reply = await connection.command(command);
    if (reply.code >= 400) return reply;
  }
  const [last] = await connection.data(chunks(message.bytes));
  if (last === undefined) throw new Error('the gate gave no reply');
  return last;
}

async function* chunks(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
