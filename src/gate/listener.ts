import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { SMTPServer, type SMTPServerOptions, type SMTPServerSession } from 'smtp-server';
import type { ReservedPort } from '../process/reserved-port.ts';
import { ClientConnection, type ClientConnectionHost } from './client-connection.ts';
import { PROXY_HEADER_MS, receiveProxyHeader } from './receive-proxy-header.ts';

type ProxyCallback = Parameters<SMTPServer['_handleProxy']>[1];
type ConnectionOptions = ConstructorParameters<typeof ClientConnection>[2];

/** Commands of smtp-server that a gate has no use for; WIZ, SHELL and KILL are jokes that a scanner takes for real. */
const DISABLED_COMMANDS = ['AUTH', 'WIZ', 'SHELL', 'KILL'];

/** RFC 5321 section 4.5.3.1.4 says 512 octets, to which extensions add; DSN and SMTPUTF8 together less than 1,500. */
const COMMAND_LIMIT = 4_096;

/** smtp-server with our connections in it. */
export class Listener extends SMTPServer {
  readonly #host: ClientConnectionHost;
  readonly #clients = new WeakMap<SMTPServerSession, ClientConnection>();

  constructor(options: SMTPServerOptions, host: ClientConnectionHost) {
    super({
      ...options,
      disabledCommands: [...DISABLED_COMMANDS, ...(options.cert ? [] : ['STARTTLS'])],
      disableReverseLookup: true,
      maxCommandLength: COMMAND_LIMIT,
      // What the next hop offers is not known yet.
      hide8BITMIME: true,
      hideSMTPUTF8: true,
      heloResponse: '%s',
      banner: 'Postern',
      logger: false,
    });
    this.#host = host;
  }

  override connect(socket: Socket, options?: ConnectionOptions): void {
    const connection = new ClientConnection(this, socket, options, this.#host);
    this.#clients.set(connection.session, connection);
    this.connections.add(connection);
    connection.on('error', (error) => this.emit('error', error));
    connection.init();
  }

  override _expectsProxyHeader(socket: Socket): boolean {
    return this.#host.isProxied(socket.remoteAddress ?? '');
  }

  /** smtp-server reads version 1 only, and that loosely. The connection counts as pending meanwhile: it is bounded, and closed with us. */
  override _handleProxy(socket: Socket, callback: ProxyCallback): void {
    if (!this._expectsProxyHeader(socket)) {
      super._handleProxy(socket, callback);
      return;
    }
    const timeoutMs = Math.min(PROXY_HEADER_MS, this.options.socketTimeout ?? PROXY_HEADER_MS);
    receiveProxyHeader(socket, timeoutMs, (error, source) => {
      if (error !== null) {
        this.#host.onBadProxyHeader(socket.remoteAddress ?? '', error);
        callback(error);
      } else {
        const id = randomUUID();
        callback(
          null,
          source === null ? { id } : { id, remoteAddress: source.address, remotePort: source.port },
        );
      }
    });
  }

  clientOf(session: SMTPServerSession): ClientConnection {
    const client = this.#clients.get(session);
    if (client === undefined) throw new Error('a session of another listener');
    return client;
  }

  get clients(): readonly ClientConnection[] {
    return [...this.connections].filter((connection) => connection instanceof ClientConnection);
  }

  /** Listens, at a port that was bound before where there is one; rejects where the address cannot be had. */
  async start(port: number, host: string, reserved?: ReservedPort): Promise<AddressInfo> {
    const listening = once(this.server, 'listening');
    if (reserved === undefined) this.listen(port, host);
    else reserved.handTo(this.server);
    await listening;
    return this.server.address() as AddressInfo;
  }
}
