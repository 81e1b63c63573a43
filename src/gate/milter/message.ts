import { PassThrough } from 'node:stream';
import { GateError } from '../gate-error.ts';
import { reply } from '../reply.ts';
import type { Received, Spool } from '../spool.ts';
import { FieldRegister } from './fields.ts';

const CRLF = Buffer.from('\r\n');
const LF = 0x0a;

export interface MessageOptions {
  readonly spool: Spool;
  readonly authservId: string;
  /** Values of headers come with the blank after the colon. */
  readonly withLeadingSpace: boolean;
  readonly maxBytes: number;
  /** The message must have come whole within this time. */
  readonly timeoutMs: number;
}

/**
 * A message that comes in pieces, put together again as bytes with CRLF, and given to the spool while it comes. What the mail server
 * does not tell is lost: blanks between a name and its colon, and, without `withLeadingSpace`, whether there was one after it.
 */
export class IncomingMessage {
  readonly fields: FieldRegister;
  readonly #options: MessageOptions;
  readonly #stream = new PassThrough();
  readonly #closed: Promise<void>;
  readonly #received: Promise<Received>;
  readonly #timer: NodeJS.Timeout;
  #size = 0;
  #hasBody = false;

  constructor(id: string, options: MessageOptions) {
    this.#options = options;
    this.fields = new FieldRegister(options.authservId);
    this.#closed = new Promise((resolve) => this.#stream.once('close', resolve));
    this.#received = options.spool.receive(id, this.#stream);
    // Heard of where the message ends: `finish` rejects with the same error, and a message that was given up needs none.
    this.#received.catch(() => undefined);
    this.#stream.on('error', () => undefined);
    this.#timer = setTimeout(() => this.#fail(tooSlow(options.timeoutMs)), options.timeoutMs);
  }

  /** Whether the body has begun: no header may come any more. */
  get hasBody(): boolean {
    return this.#hasBody;
  }

  /** More bytes than are allowed have come. The spool refuses the message at its end; what else comes is not needed. */
  get isTooLarge(): boolean {
    return this.#size > this.#options.maxBytes;
  }

  async header(name: Buffer, value: Buffer): Promise<void> {
    const text = withCrlf(value).toString('latin1');
    const field = {
      name: name.toString('latin1'),
      value: this.#options.withLeadingSpace ? text : ` ${text}`,
    };
    try {
      this.fields.add(field);
    } catch (error) {
      this.#fail(error);
    }
    await this.#write(Buffer.from(`${field.name}:${field.value}\r\n`, 'latin1'));
  }

  /** The empty line; what comes from now on is body. */
  async endHeaders(): Promise<void> {
    if (this.#hasBody) return;
    this.#hasBody = true;
    await this.#write(CRLF);
  }

  /** Resolves when there is room for more. */
  async body(bytes: Buffer): Promise<void> {
    await this.endHeaders();
    await this.#write(bytes);
  }

  /** The whole message. Rejects with a GateError, or with what the spool could not do. */
  async finish(): Promise<Received> {
    await this.endHeaders();
    this.#stream.end();
    try {
      return await this.#received;
    } finally {
      clearTimeout(this.#timer);
    }
  }

  /** Forgets it; nothing is left in the spool when this resolves. */
  async discard(): Promise<void> {
    clearTimeout(this.#timer);
    this.#fail(new Error('the mail server gave the message up'));
    await this.#received.then(
      (received) => received.dispose(),
      () => undefined,
    );
  }

  #fail(error: unknown): void {
    this.#stream.destroy(error instanceof Error ? error : new Error(String(error)));
  }

  /** A stream that has failed takes nothing and calls nobody back: `finish` says why. */
  async #write(bytes: Buffer): Promise<void> {
    this.#size += bytes.length;
    if (bytes.length === 0 || this.#stream.destroyed) return;
    const written = new Promise<void>((resolve) => {
      this.#stream.write(bytes, () => resolve());
    });
    await Promise.race([written, this.#closed]);
  }
}

/** Lines of a value end with LF in the protocol; one that ends with CRLF already stays. */
function withCrlf(value: Buffer): Buffer {
  if (!value.includes(LF)) return value;
  return Buffer.from(value.toString('latin1').replace(/\r?\n/g, '\r\n'), 'latin1');
}

function tooSlow(timeoutMs: number): GateError {
  return new GateError(
    reply(451, '4.4.2', 'Message took too long'),
    'timeout',
    `message took over ${timeoutMs} ms`,
  );
}
