import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface SmtpReply {
  readonly code: number;
  readonly text: string;
}

/** The peer went away, or said nothing that is SMTP. */
export class BrokenOff extends Error {
  /** The whole message had been sent: whether the peer has it is not known. */
  readonly afterData: boolean;

  constructor(detail: string, afterData: boolean) {
    super(detail);
    this.afterData = afterData;
  }
}

/**
 * A client that sends exactly the bytes it is given. The mailers on npm rewrite line ends and fold, and a test of bytes cannot
 * have that.
 */
export class SmtpClient {
  readonly #socket: Socket;
  #received = '';
  #wake: (() => void) | null = null;
  #closed: string | null = null;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk) => {
      this.#received += chunk.toString('latin1');
      this.#wake?.();
    });
    const closed = (why: string) => {
      this.#closed ??= why;
      this.#wake?.();
    };
    socket.on('error', (error) => closed(error.message));
    socket.on('close', () => closed('connection closed'));
  }

  /** Connects and says EHLO. Throws BrokenOff when there is no server, and when it does not greet with 2xx. */
  static async open(port: number, localAddress = '127.0.0.1'): Promise<SmtpClient> {
    const client = new SmtpClient(connect({ port, host: '127.0.0.1', localAddress }));
    for (const reply of [await client.#reply(false), await client.command('EHLO sender.example')])
      if (reply.code >= 300) {
        client.close();
        throw new BrokenOff(reply.text, false);
      }
    return client;
  }

  async command(line: string): Promise<SmtpReply> {
    this.#socket.write(`${line}\r\n`);
    return this.#reply(false);
  }

  /** Sends a message with CRLF line ends, dots stuffed, and gives the reply to the last dot. */
  async data(message: Buffer): Promise<SmtpReply> {
    const begun = await this.command('DATA');
    if (begun.code !== 354) return begun;
    if (!this.#socket.write(stuffed(message))) await this.#drained();
    return this.#reply(true);
  }

  /** Sends bytes as they are. */
  async raw(bytes: Buffer | string): Promise<SmtpReply> {
    this.#socket.write(bytes);
    return this.#reply(true);
  }

  close(): void {
    this.#socket.end('QUIT\r\n');
    this.#socket.destroySoon();
  }

  async #drained(): Promise<void> {
    await Promise.race([once(this.#socket, 'drain'), once(this.#socket, 'close')]);
  }

  async #reply(afterData: boolean): Promise<SmtpReply> {
    for (;;) {
      const match = /^(?:\d{3}-[^\r\n]*\r\n)*(\d{3})(?: [^\r\n]*)?\r\n/.exec(this.#received);
      if (match?.[1] !== undefined) {
        this.#received = this.#received.slice(match[0].length);
        return { code: Number(match[1]), text: match[0].trimEnd() };
      }
      if (this.#closed !== null) throw new BrokenOff(this.#closed, afterData);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

/** RFC 5321 section 4.5.2, and the end of data. The message must have CRLF line ends only. */
function stuffed(message: Buffer): Buffer {
  const text = message.toString('latin1');
  const ended = text.endsWith('\r\n') ? text : `${text}\r\n`;
  return Buffer.from(`${ended.replace(/^\./gm, '..')}.\r\n`, 'latin1');
}
