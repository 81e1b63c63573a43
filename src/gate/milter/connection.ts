import type { Socket } from 'node:net';
import type { Logger } from 'pino';
import type { Metrics } from '../../observe/metrics.ts';
import { type Answer, encodeAnswer } from './answer.ts';
import { type Frame, FrameReader } from './frame.ts';
import { decodePacket } from './packet.ts';
import { type MilterSession, ProtocolViolation } from './session.ts';

/** What may wait of a mail server that talks faster than its message can be stored; then it is not read from. */
const WAITING_BYTES = 1_048_576;

export interface ConnectionOptions {
  readonly session: MilterSession;
  readonly idleTimeoutMs: number;
  readonly progressMs: number;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/**
 * The socket of one mail server: bytes in, packets one after the other to the session, its answers out. The socket is read all the
 * time, so that a mail server that leaves is noticed at once, also while its message is inspected.
 */
export class Connection {
  readonly #socket: Socket;
  readonly #options: ConnectionOptions;
  readonly #reader = new FrameReader();
  #waiting: Frame[] = [];
  #waitingBytes = 0;
  #isWorking = false;
  #isClosing = false;

  constructor(socket: Socket, options: ConnectionOptions) {
    this.#socket = socket;
    this.#options = options;
    socket.setNoDelay(true);
    socket.setTimeout(options.idleTimeoutMs, () => this.#breakOff('timeout', 'silent for too long'));
    socket.on('data', (chunk) => this.#read(chunk as Buffer));
    // 'close' comes after it, and does all there is to do.
    socket.on('error', (error) => options.log.debug({ detail: error.message }, 'milter connection failed'));
    socket.on('close', () => void this.#closed());
  }

  /** Ends when no message is under way, now or once it has been answered. */
  closeWhenIdle(): void {
    this.#isClosing = true;
    this.#endIfDone();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #read(chunk: Buffer): void {
    const { badLength, frames } = this.#reader.push(chunk);
    for (const frame of frames) this.#waitingBytes += frame.data.length;
    this.#waiting.push(...frames);
    if (this.#waitingBytes > WAITING_BYTES) this.#socket.pause();
    void this.#work(badLength);
  }

  async #work(badLength: number | null): Promise<void> {
    if (badLength !== null) this.#breakOff('protocol', `a frame of ${badLength} bytes`);
    if (this.#isWorking) return;
    this.#isWorking = true;
    try {
      for (let frame = this.#waiting.shift(); frame !== undefined; frame = this.#waiting.shift()) {
        this.#waitingBytes -= frame.data.length;
        if (!(await this.#handle(frame))) break;
      }
    } catch (error) {
      this.#failed(error);
    } finally {
      this.#isWorking = false;
    }
    this.#socket.resume();
    this.#endIfDone();
  }

  /** False where the connection is over. */
  async #handle(frame: Frame): Promise<boolean> {
    const packet = decodePacket(frame);
    if (packet === null) throw new ProtocolViolation(`cannot read command ${JSON.stringify(frame.code)}`);
    const { progressMs, session } = this.#options;
    // Only at the end of a message the mail server waits for long.
    const progress =
      packet.kind === 'endOfBody' ? setInterval(() => this.#say([{ kind: 'progress' }]), progressMs) : null;
    try {
      const { answers, isEnd } = await session.take(packet);
      this.#say(answers);
      if (!isEnd) return true;
      this.#socket.end();
      return false;
    } finally {
      if (progress !== null) clearInterval(progress);
    }
  }

  #say(answers: readonly Answer[]): void {
    if (answers.length > 0 && this.#socket.writable)
      this.#socket.write(Buffer.concat(answers.map(encodeAnswer)));
  }

  #failed(error: unknown): void {
    if (error instanceof ProtocolViolation) {
      this.#breakOff('protocol', error.message);
      return;
    }
    this.#options.log.error({ error }, 'milter connection');
    this.#breakOff('internal', error instanceof Error ? error.message : String(error));
  }

  /** The mail server then does what it does without us: `milter_default_action` of Postfix, by default a temporary failure. */
  #breakOff(reason: 'protocol' | 'timeout' | 'internal', detail: string): void {
    if (this.#socket.destroyed) return;
    this.#options.metrics.refusals.inc({ gate: 'milter', reason });
    this.#options.log.warn(
      { peer: this.#socket.remoteAddress, reason, detail },
      'milter connection broken off',
    );
    this.#waiting = [];
    this.#socket.destroy();
  }

  #endIfDone(): void {
    if (this.#isClosing && !this.#isWorking && this.#options.session.isIdle) this.#socket.end();
  }

  async #closed(): Promise<void> {
    this.#waiting = [];
    try {
      await this.#options.session.close();
    } catch (error) {
      this.#options.log.error({ error }, 'milter connection');
    }
  }
}
