import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SMTPServerOptions } from 'smtp-server';
import type { GateConfig } from '../config/schema.ts';
import { faultPoint } from '../faults.ts';
import { parseListen } from '../listen-address.ts';
import type { Privileged } from '../process/privileged.ts';
import { clientOf } from './client.ts';
import type { ClientConnection } from './client-connection.ts';
import { asGateError, GateError, nextHopError } from './gate-error.ts';
import { Admission, ClientLimits } from './limits.ts';
import { Listener } from './listener.ts';
import { Networks } from './networks.ts';
import { Pool } from './next-hop/pool.ts';
import { offerOf } from './offer.ts';
import { type Reply, reply } from './reply.ts';
import { Session, type SessionContext } from './session.ts';
import { Spool } from './spool.ts';

/** How often a closing gate looks whether a client has become idle. */
const CLOSING_LOOK_MS = 20;
/** What is broken off when the grace is over gets so long to leave nothing behind. */
const BREAK_OFF_MS = 2_000;

export interface GateOptions
  extends Omit<
    SessionContext,
    | 'pool'
    | 'spool'
    | 'clientLimits'
    | 'admission'
    | 'bareLineEnds'
    | 'messagesPerConnection'
    | 'dataTimeoutMs'
  > {
  readonly config: GateConfig;
  /** As metrics name it; left out is `smtp`. */
  readonly name?: 'smtp' | 'outbound';
  /** Ports and keys that were taken while the process could; null has none. */
  readonly privileged?: Privileged | null;
}

export interface Gate {
  readonly addresses: readonly { readonly address: string; readonly port: number }[];
  /** Stops listening, tells idle clients 421, and lets messages that are under way end within `graceMs`. */
  close(graceMs: number): Promise<void>;
}

/** What there is where only the milter listens. */
const NO_GATE: Gate = { addresses: [], close: async () => undefined };

/**
 * Starts the SMTP proxy; it listens when this resolves, and does nothing where there is nothing to listen at. Rejects where the
 * configuration has no next hop, or an address is taken.
 */
export async function startGate(options: GateOptions): Promise<Gate> {
  if (options.config.listen.length === 0) return NO_GATE;
  const proxy = await SmtpProxy.create(options);
  await proxy.start();
  return proxy;
}

class SmtpProxy implements Gate {
  readonly #options: GateOptions;
  readonly #context: SessionContext;
  readonly #name: 'smtp' | 'outbound';
  readonly #forwarders: Networks;
  readonly #proxies: Networks;
  readonly #listeners: Listener[] = [];
  readonly #sessions = new WeakMap<ClientConnection, Session>();
  readonly #underWay = new Set<Promise<Reply>>();
  readonly #disconnect = new WeakMap<ClientConnection, () => void>();
  #addresses: AddressInfo[] = [];

  private constructor(options: GateOptions, context: SessionContext) {
    this.#options = options;
    this.#context = context;
    this.#name = options.name ?? 'smtp';
    this.#forwarders = new Networks(options.config.forwarders);
    this.#proxies = new Networks(options.config.proxiedFrom);
  }

  static async create(options: GateOptions): Promise<SmtpProxy> {
    const { config } = options;
    if (config.nextHop === null) throw new Error('gate.nextHop is not configured');
    const spool = await Spool.open({
      directory: config.spool,
      aboveBytes: config.spoolAboveBytes,
      maxBytes: config.maxMessageBytes,
    });
    const { dataTimeoutMs, inFlight, inspectBytesInFlight, messagesPerConnection } = config.limits;
    return new SmtpProxy(options, {
      ...options,
      pool: new Pool(config.nextHop, options.hostname),
      spool,
      clientLimits: new ClientLimits(config.limits),
      admission: new Admission(inFlight, inspectBytesInFlight),
      bareLineEnds: config.bareLineEnds,
      messagesPerConnection,
      dataTimeoutMs,
    });
  }

  get addresses(): readonly { readonly address: string; readonly port: number }[] {
    return this.#addresses.map(({ address, port }) => ({ address, port }));
  }

  async start(): Promise<void> {
    const { config, privileged } = this.#options;
    const tls =
      privileged?.tls ??
      (config.tls && { cert: await readFile(config.tls.cert), key: await readFile(config.tls.key) });
    void this.#context.pool.refreshCapabilities();
    for (const listen of config.listen) {
      const listener = this.#listener(tls ?? {});
      this.#listeners.push(listener);
      const { host, port } = parseListen(listen);
      try {
        this.#addresses.push(await listener.start(port, host, privileged?.ports.get(listen)));
      } catch (error) {
        await this.close(0);
        throw error;
      }
    }
  }

  async close(graceMs: number): Promise<void> {
    const closed = this.#listeners.map(
      (listener) =>
        new Promise<void>((resolve) => {
          listener.options.closeTimeout = Math.max(1, graceMs);
          listener.close(resolve);
        }),
    );
    const look = setInterval(() => this.#dismissIdle(), CLOSING_LOOK_MS);
    this.#dismissIdle();
    await Promise.all(closed);
    clearInterval(look);
    for (const listener of this.#listeners) for (const client of listener.clients) client.destroy();
    this.#context.pool.breakOff();
    // What waited for the next hop takes its held copies back before the stores close.
    await Promise.race([Promise.allSettled(this.#underWay), sleep(BREAK_OFF_MS, undefined, { ref: false })]);
  }

  #dismissIdle(): void {
    for (const listener of this.#listeners) {
      for (const client of listener.clients) {
        if (!client.isIdle) continue;
        client.answer(reply(421, '4.3.2', 'Closing, try again later'));
        client.send(421);
      }
    }
  }

  #listener(tls: Pick<SMTPServerOptions, 'cert' | 'key'>): Listener {
    const { config, hostname, log } = this.#options;
    const listener: Listener = new Listener(
      {
        ...tls,
        name: hostname,
        size: config.maxMessageBytes,
        maxRecipients: config.maxRecipients,
        socketTimeout: config.limits.idleTimeoutMs,
        // Of those that have not sent their PROXY header yet; clients are counted by ourselves.
        maxClients: config.limits.connections,
        onConnect: (session, done) => this.#connect(listener.clientOf(session), done),
        onMailFrom: (_address, session, done) => {
          const client = listener.clientOf(session);
          this.#settle(client, this.#mail(client), done);
        },
        onRcptTo: (_address, session, done) => {
          const client = listener.clientOf(session);
          this.#settle(client, this.#recipient(client), done);
        },
        onData: (stream, session, done) => {
          const client = listener.clientOf(session);
          this.#settle(client, this.#countUnderWay(this.#session(client).data(stream)), (error) => {
            done(error);
            faultPoint('message:answered');
          });
        },
        onClose: (session) => this.#disconnected(listener.clientOf(session)),
      },
      {
        isForwarder: (ip) => this.#forwarders.has(ip),
        isProxied: (ip) => this.#proxies.has(ip),
        onBadProxyHeader: (ip, error) => this.#badProxyHeader(ip, error),
        offered: () => offerOf(this.#context.pool, config.maxMessageBytes),
        onReset: (client) => this.#sessions.get(client)?.reset(),
        onClientNamed: (client) => this.#renamed(client),
        onOwnRefusal: () => this.#context.metrics.refusals.inc({ gate: this.#name, reason: 'protocol' }),
      },
    );
    listener.on('error', (error: Error) => log.debug({ detail: error.message }, 'client connection failed'));
    return listener;
  }

  #connect(client: ClientConnection, done: (error?: Error | null) => void): void {
    try {
      const uncount = this.#context.clientLimits.connect(client.clientIp, client.isForwarder);
      this.#context.metrics.connections.inc({ gate: this.#name });
      this.#disconnect.set(client, uncount);
      this.#sessions.set(client, new Session(this.#context));
      done();
    } catch (error) {
      client.answer(this.#refused(client, error));
      done(new Error('refused'));
    }
  }

  /** The connection counts for the client that it turned out to be of. */
  #renamed(client: ClientConnection): Reply | null {
    this.#disconnect.get(client)?.();
    try {
      this.#disconnect.set(client, this.#context.clientLimits.connect(client.clientIp, client.isForwarder));
      return null;
    } catch (error) {
      return this.#refused(client, error);
    }
  }

  #badProxyHeader(ip: string, error: Error): void {
    this.#context.metrics.refusals.inc({ gate: this.#name, reason: 'protocol' });
    this.#context.log.info({ client: ip, detail: error.message }, 'refused');
  }

  #disconnected(client: ClientConnection): void {
    const uncount = this.#disconnect.get(client);
    if (uncount === undefined) return;
    this.#disconnect.delete(client);
    uncount();
    this.#context.metrics.connections.dec({ gate: this.#name });
    this.#sessions.get(client)?.close();
  }

  #session(client: ClientConnection): Session {
    const session = this.#sessions.get(client);
    if (session === undefined) throw new Error('a client without a session');
    return session;
  }

  async #mail(client: ClientConnection): Promise<Reply> {
    if (client.path === null) throw nextHopError('4.4.2', 'MAIL without a path');
    if (this.#options.passOn !== undefined && !client.isForwarder) {
      throw new GateError(reply(550, '5.7.1', 'Relaying denied'), 'relay', `${client.clientIp} is no client`);
    }
    return this.#session(client).mail(client.path, clientOf(client));
  }

  async #recipient(client: ClientConnection): Promise<Reply> {
    if (client.path === null) throw nextHopError('4.4.2', 'RCPT without a path');
    return this.#session(client).recipient(client.path);
  }

  #countUnderWay(work: Promise<Reply>): Promise<Reply> {
    this.#underWay.add(work);
    return work.finally(() => this.#underWay.delete(work));
  }

  /** Answers with what the work gives, or with what its failure says. One place decides what the peer hears. */
  #settle(client: ClientConnection, work: Promise<Reply>, done: (error?: Error | null) => void): void {
    work
      .then(
        // 421 of the next hop closes its connection to us, not the client's; the client may go on and try again.
        (given) => (given.code === 421 ? { ...given, code: 451 } : given),
        (error: unknown) => this.#refused(client, error),
      )
      .then((given) => {
        client.answer(given);
        done(given.code >= 400 ? new Error('refused') : null);
      });
  }

  #refused(client: ClientConnection, error: unknown): Reply {
    const failure = asGateError(error);
    this.#context.metrics.refusals.inc({ gate: this.#name, reason: failure.reason });
    const level = failure.reason === 'internal' || failure.reason === 'storage' ? 'error' : 'info';
    this.#context.log[level](
      { client: client.clientIp, reason: failure.reason, detail: failure.message },
      'refused',
    );
    return failure.reply;
  }
}
