import { createServer, type Server, type Socket } from 'node:net';
import type { GateConfig, MilterConfig } from '../../config/schema.ts';
import type { Privileged } from '../../process/privileged.ts';
import { asGateError, type GateError } from '../gate-error.ts';
import { Admission, ClientLimits } from '../limits.ts';
import { Spool } from '../spool.ts';
import { Connection } from './connection.ts';
import type { MilterContext } from './context.ts';
import { listenAt } from './listen.ts';
import { MilterSession } from './session.ts';

/** A connection that is not wanted is told so when it says who its client is; it does not stay for longer. */
const REFUSED_STAYS_MS = 10_000;

export interface MilterOptions
  extends Omit<
    MilterContext,
    | 'spool'
    | 'admission'
    | 'clientLimits'
    | 'bareLineEnds'
    | 'dataTimeoutMs'
    | 'maxMessageBytes'
    | 'maxRecipients'
    | 'holder'
  > {
  readonly config: MilterConfig;
  /** Sizes, limits and spool are those of the SMTP gate. */
  readonly gate: GateConfig;
  /** What was taken as root; null and left out had nothing to take. */
  readonly privileged?: Privileged | null;
}

export interface Milter {
  /** `host:port`, or the path of a unix socket. */
  readonly addresses: readonly string[];
  /** Stops listening, ends idle connections, and lets messages that are under way end within `graceMs`. */
  close(graceMs: number): Promise<void>;
}

/** Starts the milter; it listens when this resolves. Rejects where an address cannot be had. */
export async function startMilter(options: MilterOptions): Promise<Milter> {
  const { config, gate } = options;
  const spool = await Spool.open({
    directory: gate.spool,
    aboveBytes: gate.spoolAboveBytes,
    maxBytes: gate.maxMessageBytes,
  });
  const { connections } = config.limits;
  const server = new MilterServer(options, {
    ...options,
    spool,
    admission: new Admission(gate.limits.inFlight, gate.limits.inspectBytesInFlight),
    clientLimits: new ClientLimits({ ...gate.limits, connections }),
    bareLineEnds: gate.bareLineEnds,
    dataTimeoutMs: gate.limits.dataTimeoutMs,
    maxMessageBytes: gate.maxMessageBytes,
    maxRecipients: gate.maxRecipients,
    holder: config.quarantine,
  });
  await server.start();
  return server;
}

class MilterServer implements Milter {
  readonly #options: MilterOptions;
  readonly #context: MilterContext;
  readonly #servers: Server[] = [];
  readonly #connections = new Set<Connection>();
  #addresses: string[] = [];

  constructor(options: MilterOptions, context: MilterContext) {
    this.#options = options;
    this.#context = context;
  }

  get addresses(): readonly string[] {
    return this.#addresses;
  }

  async start(): Promise<void> {
    const { config, privileged } = this.#options;
    const { listen, socketMode } = config;
    try {
      for (const text of listen) {
        const server = createServer((socket) => this.#serve(socket));
        const reserved = privileged?.ports.get(text) ?? null;
        this.#addresses.push(await listenAt(server, text, { socketMode, reserved }));
        this.#servers.push(server);
      }
    } catch (error) {
      await this.close(0);
      throw error;
    }
  }

  async close(graceMs: number): Promise<void> {
    const closed = this.#servers.map((server) => new Promise((resolve) => server.close(resolve)));
    for (const connection of this.#connections) connection.closeWhenIdle();
    const timer = setTimeout(() => {
      for (const connection of this.#connections) connection.destroy();
    }, graceMs);
    await Promise.all(closed);
    clearTimeout(timer);
  }

  #serve(socket: Socket): void {
    const { config, log, metrics } = this.#options;
    const { refusal, uncount } = this.#admit(socket);
    const connection = new Connection(socket, {
      session: new MilterSession(this.#context, refusal),
      idleTimeoutMs: refusal === null ? config.limits.idleTimeoutMs : REFUSED_STAYS_MS,
      progressMs: config.progressMs,
      metrics,
      log,
    });
    this.#connections.add(connection);
    metrics.connections.inc({ gate: 'milter' });
    socket.once('close', () => {
      this.#connections.delete(connection);
      metrics.connections.dec({ gate: 'milter' });
      uncount();
    });
  }

  /** The peer is a mail server, which speaks for many clients: only the number of all connections is limited. */
  #admit(socket: Socket): { readonly refusal: GateError | null; readonly uncount: () => void } {
    try {
      return { refusal: null, uncount: this.#context.clientLimits.connect(socket.remoteAddress ?? '', true) };
    } catch (error) {
      return { refusal: asGateError(error), uncount: () => undefined };
    }
  }
}
