import type { Socket } from 'node:net';
import type { SMTPServer } from 'smtp-server';
import { SMTPConnection } from 'smtp-server/lib/smtp-connection.js';
import { ClientStream } from './client-stream.ts';
import type { Capabilities } from './next-hop/capabilities.ts';
import { parsePathCommand } from './path.ts';
import { type Reply, reply, wireLines } from './reply.ts';
import { type NamedClient, parseXclient } from './xclient.ts';
import { type Forwarded, parseXforward, plainAddress } from './xforward.ts';

type ConnectionOptions = ConstructorParameters<typeof SMTPConnection>[2];
type ParsedAddress = Exclude<ReturnType<SMTPConnection['_parseAddressCommand']>, false>;

/** What a connection asks of the gate. */
export interface ClientConnectionHost {
  /** Whether this peer may say XFORWARD and XCLIENT. */
  isForwarder(ip: string): boolean;
  /** Whether the connections of this peer begin with a PROXY header. */
  isProxied(ip: string): boolean;
  /** A connection of such a peer was closed, as its header was not one. */
  onBadProxyHeader(ip: string, error: Error): void;
  /** What may be offered now; asks the next hop where that is not known yet. */
  offered(): Promise<Capabilities>;
  /** The transaction of the client, if any, is over without a message: RSET, EHLO, STARTTLS. */
  onReset(connection: ClientConnection): void;
  /** XCLIENT named another client. Gives the reply that turns that one away, or null. */
  onClientNamed(connection: ClientConnection): Reply | null;
  /** smtp-server itself refused something: syntax, order, size. */
  onOwnRefusal(code: number): void;
}

/** Methods of HTTP/1.1 with PATCH, and the first word of HTTP/2; or any request line. */
const HTTP = /^(?:(?:GET|HEAD|POST|PUT|DELETE|CONNECT|OPTIONS|TRACE|PATCH|PRI)(?: |$)|.* HTTP\/\d)/i;

/**
 * A connection of smtp-server with its gaps closed: replies of the next hop pass with code, enhanced code and lines as they are;
 * paths and parameters stay as they were sent; extensions follow the next hop; XFORWARD holds for one transaction, XCLIENT for the
 * connection; RSET is seen; time is counted from command to command and not from byte to byte; and the greeting comes without the
 * fixed 100 ms. What is overridden is tested by name, as half of it is undocumented.
 */
export class ClientConnection extends SMTPConnection {
  readonly #host: ClientConnectionHost;
  #answer: Reply | null = null;
  #path: ReturnType<typeof parsePathCommand> = null;
  #forwarded: Forwarded = new Map();
  #named: NamedClient = new Map();
  #deadline: NodeJS.Timeout | null = null;

  constructor(server: SMTPServer, socket: Socket, options: ConnectionOptions, host: ClientConnectionHost) {
    super(server, socket, options);
    this.#host = host;
  }

  /** The path and parameters of the MAIL or RCPT that is being handled. */
  get path(): ReturnType<typeof parsePathCommand> {
    return this.#path;
  }

  /** Attributes that a listed host gave for the coming transaction; empty without. */
  get forwarded(): Forwarded {
    return this.#forwarded;
  }

  /** Whether nothing is under way for this client, so that it may be told 421. */
  get isIdle(): boolean {
    return !this._handlerPending && !this._dataStream;
  }

  /** The host at the other end, or the one that a PROXY header named. */
  get peerIp(): string {
    return this._originalRemoteAddress;
  }

  /** The client that XCLIENT named, for the rest of the connection; empty without. */
  get named(): NamedClient {
    return this.#named;
  }

  get clientIp(): string {
    return plainAddress(this.#named.get('ADDR') ?? this.peerIp);
  }

  /**
   * Whether this client may speak for others. Once it has named one by XCLIENT it is that one: proxies that do so pass on what
   * their client says, and that must not be XCLIENT again.
   */
  get isForwarder(): boolean {
    return !this.#named.has('ADDR') && this.#host.isForwarder(this.peerIp);
  }

  /** The next reply that is sent is this one, whatever smtp-server would say. */
  answer(given: Reply): void {
    this.#answer = given;
  }

  /** Breaks off without a word. */
  destroy(): void {
    this._socket.destroy();
  }

  /** smtp-server waits 100 ms for early talkers here; every sender would pay that for each connection. */
  override init(): void {
    this._setListeners(() => this.connectionReady());
  }

  /** As smtp-server's, with our stream. It is called by the constructor of the base, before any field here is set. */
  override _createParser(): ClientStream {
    const { maxCommandLength } = this._server.options;
    const parser = new ClientStream({ maxCommandLength });
    parser.oncommand = (command, callback) => this._onCommand(command, callback);
    parser.on('error', (error) => this.send(421, `Error: ${error.message}`));
    return parser;
  }

  override send(code: number, data?: string | string[] | null, context?: string | false): void {
    const answer = this.#answer;
    this.#answer = null;
    if (answer !== null) {
      super.send(answer.code, wireLines(answer), false);
      return;
    }
    if (code >= 400) this.#host.onOwnRefusal(code);
    super.send(code, data, context);
  }

  override handler_EHLO(command: Buffer, callback: () => void): void {
    this.#host.offered().then(
      (offered) => {
        this.#offer(offered);
        super.handler_EHLO(command, callback);
      },
      () => super.handler_EHLO(command, callback),
    );
  }

  /**
   * Commands that a browser was talked into are an attack on us by its user's hands: the body would be the next commands (S10).
   * smtp-server sees only some of them.
   */
  override _onCommand(command: Buffer, callback?: () => void): void {
    if (!this._upgrading && HTTP.test(command.toString('latin1'))) {
      this.send(421, 'HTTP requests not allowed');
      return;
    }
    super._onCommand(command, () => {
      this.#awaitCommand();
      callback?.();
    });
  }

  override handler_XFORWARD(command: Buffer, callback: () => void): void {
    this.answer(this.#forward(command));
    this.send(250);
    callback();
  }

  override handler_XCLIENT(command: Buffer, callback: () => void): void {
    const against = this.#name(command);
    if (against === null) {
      // As on a connection that begins (XCLIENT_README of Postfix).
      this._sendGreeting();
    } else {
      this.answer(against);
      this.send(against.code);
    }
    callback();
  }

  override _proxyCommandAllowed(_command: 'XCLIENT' | 'XFORWARD'): boolean {
    return this.isForwarder;
  }

  /** Ours keeps the path as it came: punycode stays punycode, xtext stays xtext, and quoted local parts are read. */
  override _parseAddressCommand(rawName: string, rawCommand: Buffer | string): ParsedAddress | false {
    const verb = rawName.toUpperCase() === 'MAIL FROM' ? 'MAIL FROM' : 'RCPT TO';
    const path = parsePathCommand(verb, Buffer.from(rawCommand));
    this.#path = path;
    if (path === null) return false;
    return {
      address: path.address,
      args: Object.fromEntries(path.parameters),
      ...(path.duplicate !== null && { duplicate: path.duplicate }),
    };
  }

  /** Called by smtp-server wherever a transaction ends or is forgotten, and once before the greeting. */
  override _resetSession(): void {
    super._resetSession();
    this.#forwarded = new Map();
    this.#awaitCommand();
    this.#host.onReset(this);
  }

  override _onClose(): void {
    if (this.#deadline !== null) clearTimeout(this.#deadline);
    super._onClose();
  }

  /** The idle time of smtp-server begins anew with each byte, so that one byte a second would hold a connection for ever (S9). */
  #awaitCommand(): void {
    if (this._closed) return;
    this.#deadline ??= setTimeout(() => this._onTimeout(), this._server.options.socketTimeout).unref();
    this.#deadline.refresh();
  }

  #name(command: Buffer): Reply | null {
    if (!this._proxyCommandAllowed('XCLIENT')) return reply(550, '5.7.1', 'Not authorized for XCLIENT');
    if (this.session.envelope.mailFrom) return reply(503, '5.5.1', 'Mail transaction in progress');
    const attributes = parseXclient(command.toString('utf8').slice('XCLIENT'.length));
    if (attributes === null) return reply(501, '5.5.4', 'Bad XCLIENT attributes');
    this.#named = new Map([...this.#named, ...attributes]);
    const helo = attributes.get('HELO') ?? null;
    this.hostNameAppearsAs = helo ?? false;
    this.openingCommand = helo !== null && attributes.get('PROTO') !== 'SMTP' ? 'EHLO' : 'HELO';
    this._resetSession();
    return this.#host.onClientNamed(this);
  }

  #forward(command: Buffer): Reply {
    if (!this._proxyCommandAllowed('XFORWARD')) return reply(550, '5.7.1', 'Not authorized for XFORWARD');
    if (this.session.envelope.mailFrom) return reply(503, '5.5.1', 'Mail transaction in progress');
    const attributes = parseXforward(command.toString('utf8').slice('XFORWARD'.length));
    if (attributes === null) return reply(501, '5.5.4', 'Bad XFORWARD attributes');
    this.#forwarded = new Map([...this.#forwarded, ...attributes]);
    return reply(250, '2.0.0', 'Ok');
  }

  #offer({ extensions, maxBytes }: Capabilities): void {
    const options = this._server.options;
    options.hide8BITMIME = !extensions.has('8BITMIME');
    options.hideSMTPUTF8 = !extensions.has('SMTPUTF8');
    options.hideDSN = !extensions.has('DSN');
    options.hideENHANCEDSTATUSCODES = !extensions.has('ENHANCEDSTATUSCODES');
    if (maxBytes !== null) options.size = maxBytes;
  }
}
