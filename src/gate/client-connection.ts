import type { Socket } from 'node:net';
import type { SMTPServer } from 'smtp-server';
import { SMTPConnection } from 'smtp-server/lib/smtp-connection.js';
import { ClientStream } from './client-stream.ts';
import type { Capabilities } from './next-hop/capabilities.ts';
import { parsePathCommand } from './path.ts';
import { type Reply, reply, wireLines } from './reply.ts';
import { type Forwarded, parseXforward } from './xforward.ts';

type ConnectionOptions = ConstructorParameters<typeof SMTPConnection>[2];
type ParsedAddress = Exclude<ReturnType<SMTPConnection['_parseAddressCommand']>, false>;

/** What a connection asks of the gate. */
export interface ClientConnectionHost {
  /** Whether this peer may say XFORWARD. */
  isForwarder(ip: string): boolean;
  /** What may be offered now; asks the next hop where that is not known yet. */
  offered(): Promise<Capabilities>;
  /** The transaction of the client, if any, is over without a message: RSET, EHLO, STARTTLS. */
  onReset(connection: ClientConnection): void;
  /** smtp-server itself refused something: syntax, order, size. */
  onOwnRefusal(code: number): void;
}

/**
 * A connection of smtp-server with its gaps closed: replies of the next hop pass with code, enhanced code and lines as they are;
 * paths and parameters stay as they were sent; extensions follow the next hop; XFORWARD holds for one transaction; RSET is
 * seen; and the greeting comes without the fixed 100 ms. What is overridden is tested by name, as half of it is undocumented.
 */
export class ClientConnection extends SMTPConnection {
  readonly #host: ClientConnectionHost;
  #answer: Reply | null = null;
  #path: ReturnType<typeof parsePathCommand> = null;
  #forwarded: Forwarded = new Map();

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

  get peerIp(): string {
    return this._originalRemoteAddress;
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

  override handler_XFORWARD(command: Buffer, callback: () => void): void {
    this.answer(this.#forward(command));
    this.send(250);
    callback();
  }

  override _proxyCommandAllowed(command: string): boolean {
    return command === 'XFORWARD' && this.#host.isForwarder(this.peerIp);
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
    this.#host.onReset(this);
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
