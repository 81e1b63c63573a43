import { once } from 'node:events';
import net from 'node:net';

/** One reply of a milter: its letter, and its data as Latin-1. */
export interface Said {
  readonly code: string;
  readonly data: string;
}

/** What a mail server offers; by default all bits of version 6. */
export interface Offer {
  readonly version: number;
  readonly actions: number;
  readonly steps: number;
}
export const ALL: Offer = { version: 6, actions: 0x1ff, steps: 0x1f_ff_ff };

/** The mail server's side of the protocol, byte for byte. It shares no code with the milter. */
export class FakeMta {
  readonly socket: net.Socket;
  #input = Buffer.alloc(0);
  #ended = false;
  #wake: () => void = () => undefined;

  private constructor(socket: net.Socket) {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.#input = Buffer.concat([this.#input, chunk]);
      this.#wake();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#ended = true;
      this.#wake();
    });
  }

  /** `host:port` or the path of a unix socket. */
  static async open(address: string): Promise<FakeMta> {
    const at = address.lastIndexOf(':');
    const socket = address.startsWith('/')
      ? net.connect(address)
      : net.connect(Number(address.slice(at + 1)), address.slice(0, at));
    await once(socket, 'connect');
    return new FakeMta(socket);
  }

  /** Connected and agreed. */
  static async agreed(address: string, offer: Partial<Offer> = {}): Promise<FakeMta> {
    const mta = await FakeMta.open(address);
    await mta.ask('O', numbers(offer.version ?? 6, offer.actions ?? ALL.actions, offer.steps ?? ALL.steps));
    return mta;
  }

  /** Connected, agreed, and a client has said HELO. */
  static async greeted(address: string, offer: Partial<Offer> = {}): Promise<FakeMta> {
    const mta = await FakeMta.agreed(address, offer);
    await mta.ask('C', connection());
    mta.send('H', 'client.example\0');
    // A HELO is answered where the milter did not agree to leave that out.
    if (((offer.steps ?? ALL.steps) & 0x2000) === 0) await mta.reply();
    return mta;
  }

  send(code: string, data: string | Buffer = ''): void {
    this.socket.write(frame(code, data));
  }

  async ask(code: string, data: string | Buffer = ''): Promise<Said> {
    this.send(code, data);
    return this.reply();
  }

  /** The next reply; code `CLOSED` where the milter has closed. */
  async reply(): Promise<Said> {
    for (;;) {
      if (this.#input.length >= 4 && this.#input.length >= 4 + this.#input.readUInt32BE(0)) {
        const end = 4 + this.#input.readUInt32BE(0);
        const said = {
          code: this.#input.toString('latin1', 4, 5),
          data: this.#input.toString('latin1', 5, end),
        };
        this.#input = this.#input.subarray(end);
        return said;
      }
      if (this.#ended) return { code: 'CLOSED', data: '' };
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async envelope(from: string, to: readonly string[]): Promise<Said> {
    let said = await this.ask('M', `<${from}>\0`);
    for (const recipient of to) if (said.code === 'c') said = await this.ask('R', `<${recipient}>\0`);
    return said;
  }

  /** Headers as name and value, to which no reply is waited for. */
  headers(fields: readonly (readonly [string, string])[]): void {
    for (const [name, value] of fields) this.send('L', `${name}\0${value}\0`);
    this.send('N');
  }

  /** Everything that is said at the end of a message, progress left out. */
  async end(body = ''): Promise<Said[]> {
    this.send('E', body);
    const all: Said[] = [];
    for (;;) {
      const said = await this.reply();
      if (said.code !== 'p') all.push(said);
      if ('acdrty'.includes(said.code) || said.code === 'CLOSED') return all;
    }
  }

  /** A whole message; what is said at its end. */
  async message(
    to: readonly string[],
    fields: readonly (readonly [string, string])[],
    body: string,
  ): Promise<Said[]> {
    const said = await this.envelope('a@example.org', to);
    if (said.code !== 'c') return [said];
    this.headers(fields);
    await this.ask('B', body);
    return this.end();
  }

  leave(): void {
    this.socket.destroy();
  }
}

export function frame(code: string, data: string | Buffer = ''): Buffer {
  const bytes = typeof data === 'string' ? Buffer.from(data, 'latin1') : data;
  const head = Buffer.alloc(4);
  head.writeUInt32BE(1 + bytes.length);
  return Buffer.concat([head, Buffer.from(code, 'latin1'), bytes]);
}

export function numbers(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value, 4 * index);
  return bytes;
}

export function connection(address = '192.0.2.7', port = 41_000, name = 'mail.example.org'): string {
  return `${name}\x004${String.fromCharCode(port >> 8, port & 0xff)}${address}\0`;
}
