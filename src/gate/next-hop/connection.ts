import type net from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import tls from 'node:tls';
import { faultPoint } from '../../faults.ts';
import { Egress } from '../egress.ts';
import { asGateError, type GateError, nextHopError } from '../gate-error.ts';
import { describeReply, type Reply } from '../reply.ts';
import { type Capabilities, NO_CAPABILITIES } from './capabilities.ts';
import { ReplyReader } from './reply-reader.ts';

/** Written to the socket at once; smaller pieces of a message are put together, so that small mail is one write with its end. */
const WRITE_BYTES = 65_536;

/** A message in pieces, at hand or to come. */
export type MessageBytes = AsyncIterable<Buffer> | Iterable<Buffer>;

export interface Timeouts {
  readonly replyTimeoutMs: number;
}

interface Waiter {
  readonly resolve: (given: Reply) => void;
  readonly reject: (error: GateError) => void;
  readonly timer: NodeJS.Timeout;
}

/**
 * One connection to the next hop: commands out, replies in, in order. It knows the wire and not the protocol's states. After
 * the first failure it is worth nothing, and every call rejects with that failure.
 */
export class Connection {
  capabilities: Capabilities = NO_CAPABILITIES;
  /** Whether it has served a transaction before, and so may have been closed by the other side meanwhile. */
  reused = false;
  readonly #replyTimeoutMs: number;
  #socket: net.Socket;
  #reader = new ReplyReader();
  #waiting: Waiter[] = [];
  #failure: GateError | null = null;
  /** Commands of one caller go out after those of the one before are answered. */
  #turn: Promise<unknown> = Promise.resolve();
  #onFailure: () => void = () => undefined;
  /** DATA is out: with 354 the message begins, even where more replies are in the same packet. */
  #dataAsked = false;
  /** A message is being sent: a reply now comes too early, and is kept for the one who sends. */
  #sending = false;
  #early: Reply | null = null;
  #wake: () => void = () => undefined;

  constructor(socket: net.Socket, timeouts: Timeouts) {
    this.#socket = socket;
    this.#replyTimeoutMs = timeouts.replyTimeoutMs;
    this.#listen(socket);
  }

  get usable(): boolean {
    return this.#failure === null;
  }

  get isSecure(): boolean {
    return this.#socket instanceof tls.TLSSocket;
  }

  /** Called once, when the connection has become useless while nobody used it. */
  onFailure(listener: () => void): void {
    this.#onFailure = listener;
  }

  /** The greeting, which comes without a command. */
  greeting(): Promise<Reply> {
    return this.#inTurn(() => this.#next());
  }

  /** Sends one command, gives its reply. */
  async command(line: string): Promise<Reply> {
    const [given] = await this.commands([line]);
    if (given === undefined) throw this.#fail(nextHopError('4.4.2', 'no reply'));
    return given;
  }

  /** Sends commands, in one write where the server offers PIPELINING (RFC 2920), and gives a reply for each. */
  commands(lines: readonly string[]): Promise<Reply[]> {
    return this.#inTurn(async () => {
      if (this.capabilities.extensions.has('PIPELINING')) return this.#exchange(lines);
      const replies: Reply[] = [];
      for (const line of lines) replies.push(...(await this.#exchange([line])));
      return replies;
    });
  }

  /**
   * Sends DATA and, after 354, the message through the egress writer. Gives the reply to DATA where it was refused, else the
   * replies after the dot: one, or with LMTP one per recipient. Where the message cannot be read to its end, or the server answers
   * before, the connection is broken off, so that no part of a message is ever taken for the whole.
   */
  data(message: MessageBytes, replies = 1): Promise<Reply[]> {
    return this.#inTurn(async () => {
      this.#dataAsked = true;
      const [go] = await this.#exchange(['DATA']);
      if (go?.code === 354) return this.#sendMessage(message, replies);
      if (go !== undefined && go.code >= 400) return [go];
      throw this.#fail(nextHopError('4.4.2', `DATA was answered with ${go?.code ?? 'nothing'}`));
    });
  }

  /** STARTTLS was answered with 220: what follows is under TLS. Input that came before it is an injection (CVE-2011-0411). */
  async secure(options: tls.ConnectionOptions): Promise<void> {
    if (!this.#reader.isEmpty || this.#waiting.length > 0) {
      throw this.#fail(nextHopError('4.4.2', 'input after STARTTLS in the clear'));
    }
    const plain = this.#socket;
    plain.removeAllListeners('data');
    const secured = tls.connect({ ...options, socket: plain });
    this.#socket = secured;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('TLS handshake timed out')), this.#replyTimeoutMs);
      secured.once('secureConnect', () => {
        clearTimeout(timer);
        resolve();
      });
      secured.once('error', reject);
      secured.once('close', () => reject(new Error('closed in the TLS handshake')));
    }).catch((error: unknown) => {
      throw this.#fail(
        nextHopError('4.4.2', `TLS: ${error instanceof Error ? error.message : String(error)}`, error),
      );
    });
    this.#listen(secured);
  }

  /** Says QUIT without waiting for the answer. */
  quit(): void {
    if (this.usable) this.#socket.write('QUIT\r\n');
    this.#fail(nextHopError('4.4.2', 'closed by us'), 'end');
  }

  destroy(): void {
    this.#fail(nextHopError('4.4.2', 'closed by us'));
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(() => {
      if (this.#failure !== null) throw this.#failure;
      return work();
    });
    this.#turn = result.catch(() => undefined);
    return result;
  }

  #exchange(lines: readonly string[]): Promise<Reply[]> {
    for (const line of lines) {
      if (/[\r\n\0]/.test(line)) throw new Error('a command with a line end in it was about to be sent');
    }
    const replies = lines.map(() => this.#next());
    this.#socket.write(`${lines.join('\r\n')}\r\n`);
    return Promise.all(replies);
  }

  #next(): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => this.#fail(nextHopError('4.4.2', `no reply within ${this.#replyTimeoutMs} ms`)),
        this.#replyTimeoutMs,
      );
      this.#waiting.push({ resolve, reject, timer });
    });
  }

  async #sendMessage(message: MessageBytes, count: number): Promise<Reply[]> {
    try {
      await this.#writeMessage(message);
    } catch (error) {
      const early = this.#early;
      const failure = this.#fail(error === ANSWERED_EARLY ? earlyError(early) : asGateError(error));
      if (early !== null && early.code >= 400) return [early];
      throw failure;
    }
    return Promise.all(Array.from({ length: count }, () => this.#next()));
  }

  async #writeMessage(message: MessageBytes): Promise<void> {
    const egress = new Egress();
    faultPoint('relay:begun');
    let pending: Buffer[] = [];
    let size = 0;
    for await (const chunk of message) {
      const out = egress.push(chunk);
      pending.push(out);
      size += out.length;
      if (size >= WRITE_BYTES) {
        await this.#write(Buffer.concat(pending));
        // A server that reads faster than we write never makes us wait: others have their turn nevertheless.
        await nextTurn();
        pending = [];
        size = 0;
      }
      this.#checkSending();
    }
    const last = Buffer.concat([...pending, egress.end()]);
    this.#checkSending();
    this.#sending = false;
    this.#socket.write(last);
    faultPoint('relay:sent');
  }

  /** Waits while the server reads slower than we write, up to the reply time-out. */
  async #write(bytes: Buffer): Promise<void> {
    if (this.#socket.write(bytes)) return;
    await new Promise<void>((resolve) => {
      const stalled = nextHopError('4.4.2', `took no data for ${this.#replyTimeoutMs} ms`);
      const timer = setTimeout(() => this.#fail(stalled), this.#replyTimeoutMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
      this.#socket.once('drain', this.#wake);
      if (this.#failure !== null) this.#wake();
    });
  }

  #checkSending(): void {
    if (this.#failure !== null) throw this.#failure;
    if (this.#early !== null) throw ANSWERED_EARLY;
  }

  #listen(socket: net.Socket): void {
    socket.on('data', (chunk: Buffer) => this.#onData(chunk));
    socket.on('error', (error) => this.#fail(nextHopError('4.4.2', error.message, error)));
    socket.on('close', () => this.#fail(nextHopError('4.4.2', 'the next hop closed the connection')));
    socket.on('end', () => this.#fail(nextHopError('4.4.2', 'the next hop ended the connection')));
  }

  #onData(chunk: Buffer): void {
    try {
      for (const given of this.#reader.push(chunk)) this.#onReply(given);
    } catch (error) {
      this.#fail(nextHopError('4.4.2', error instanceof Error ? error.message : String(error), error));
    }
  }

  #onReply(given: Reply): void {
    if (this.#sending) {
      this.#early ??= given;
      this.#wake();
      return;
    }
    const waiter = this.#waiting.shift();
    if (waiter === undefined) {
      // 421 may come at any time (RFC 5321 section 3.8); anything else would answer a command that was never given.
      this.#fail(nextHopError('4.4.2', `unasked: ${describeReply(given)}`));
      return;
    }
    this.#sending = this.#dataAsked && given.code === 354;
    this.#dataAsked = false;
    clearTimeout(waiter.timer);
    waiter.resolve(given);
  }

  /** The first failure stays; all who wait, and all who come, get it. */
  #fail(failure: GateError, how: 'destroy' | 'end' = 'destroy'): GateError {
    if (this.#failure !== null) return this.#failure;
    this.#failure = failure;
    if (how === 'end') this.#socket.end();
    else this.#socket.destroy();
    for (const waiter of this.#waiting.splice(0)) {
      clearTimeout(waiter.timer);
      waiter.reject(failure);
    }
    this.#wake();
    this.#onFailure();
    return failure;
  }
}

const ANSWERED_EARLY = new Error('answered before the end of the message');

function earlyError(early: Reply | null): GateError {
  const words = early === null ? '' : describeReply(early);
  return nextHopError('4.4.2', `the next hop answered before the end of the message: ${words}`);
}
