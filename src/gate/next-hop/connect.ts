import { once } from 'node:events';
import net from 'node:net';
import type { NextHopConfig } from '../../config/schema.ts';
import { asGateError, type GateError, nextHopError } from '../gate-error.ts';
import { describeReply, isPositive } from '../reply.ts';
import { capabilitiesOf } from './capabilities.ts';
import { Connection } from './connection.ts';

/** The TLS handshake failed where it was only an opportunity: worth another connection without. */
class TlsDeclined extends Error {}

/**
 * Connects and says hello: greeting, EHLO or LHLO, STARTTLS as configured, EHLO again. Rejects with a GateError of 451 4.4.1, or
 * 4.4.2 where the server broke off.
 */
export async function connect(config: NextHopConfig, hostname: string): Promise<Connection> {
  try {
    return await open(config, hostname, config.tls);
  } catch (error) {
    // RFC 7435: opportunistic security prefers mail in the clear, as without STARTTLS, to no mail.
    if (error instanceof TlsDeclined) return await open(config, hostname, 'off');
    throw error;
  }
}

async function open(
  config: NextHopConfig,
  hostname: string,
  tlsMode: NextHopConfig['tls'],
): Promise<Connection> {
  const connection = new Connection(await dial(config), config);
  try {
    const greeting = await connection.greeting();
    if (greeting.code !== 220) throw notReady(`greeting ${describeReply(greeting)}`);
    await hello(connection, config, hostname);
    if (tlsMode !== 'off') await startTls(connection, config, hostname);
    return connection;
  } catch (error) {
    connection.destroy();
    throw error instanceof TlsDeclined ? error : asGateError(error);
  }
}

async function dial(config: NextHopConfig): Promise<net.Socket> {
  const socket = net.connect({ host: config.host, port: config.port, noDelay: true });
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(config.connectTimeoutMs) });
    return socket;
  } catch (error) {
    socket.on('error', () => undefined);
    socket.destroy();
    const why = error instanceof Error && error.name === 'AbortError' ? 'timed out' : String(error);
    throw nextHopError('4.4.1', `${config.host}:${config.port}: ${why}`, error);
  }
}

async function hello(connection: Connection, config: NextHopConfig, hostname: string): Promise<void> {
  const verb = config.protocol === 'lmtp' ? 'LHLO' : 'EHLO';
  const answer = await connection.command(`${verb} ${hostname}`);
  if (isPositive(answer)) {
    connection.capabilities = capabilitiesOf(answer);
    return;
  }
  const plain = config.protocol === 'lmtp' ? answer : await connection.command(`HELO ${hostname}`);
  if (!isPositive(plain)) throw notReady(`hello ${describeReply(plain)}`);
}

async function startTls(connection: Connection, config: NextHopConfig, hostname: string): Promise<void> {
  const isRequired = config.tls === 'required';
  if (!connection.capabilities.extensions.has('STARTTLS')) {
    if (isRequired) throw notReady('TLS is required, and STARTTLS not offered');
    return;
  }
  const answer = await connection.command('STARTTLS');
  if (answer.code !== 220) {
    if (isRequired) throw notReady(`STARTTLS ${describeReply(answer)}`);
    return;
  }
  try {
    await connection.secure({
      rejectUnauthorized: isRequired && config.verify,
      ...(net.isIP(config.host) === 0 && { servername: config.host }),
      // A verified certificate for an address must name the address.
      ...(net.isIP(config.host) !== 0 && { host: config.host }),
    });
  } catch (error) {
    if (isRequired) throw error;
    throw new TlsDeclined('TLS handshake failed', { cause: error });
  }
  await hello(connection, config, hostname);
}

function notReady(detail: string): GateError {
  return nextHopError('4.4.1', detail);
}
