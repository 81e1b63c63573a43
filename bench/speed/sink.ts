import { createHash } from 'node:crypto';
import net from 'node:net';

/** What the sink has received: by the id in the recipient, hash of the body, how often. */
export interface SinkReport {
  readonly received: Readonly<Record<string, readonly string[]>>;
}

const END = Buffer.from('\r\n.\r\n');
const EHLO = '250-sink.example\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 SIZE 104857600\r\n';

/**
 * The next hop of the benchmark, a process of its own: says yes to everything, and remembers a hash of each body. Over IPC it tells its port,
 * and answers `report` with what came since the last one.
 */
let received: Record<string, string[]> = {};

const server = net.createServer({ noDelay: true }, (socket) => new Session(socket));
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as net.AddressInfo).port }));
process.on('message', () => {
  process.send?.({ received } satisfies SinkReport);
  received = {};
});
process.on('disconnect', () => process.exit());

class Session {
  readonly #socket: net.Socket;
  #chunks: Buffer[] = [];
  #inData = false;
  #id = '';

  constructor(socket: net.Socket) {
    this.#socket = socket;
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.write('220 sink.example ESMTP\r\n');
  }

  #take(chunk: Buffer): void {
    this.#chunks.push(chunk);
    if (this.#inData) {
      if (!this.#ends()) return;
      this.#file(Buffer.concat(this.#chunks.splice(0)));
      return;
    }
    const text = Buffer.concat(this.#chunks.splice(0)).toString('latin1');
    const whole = text.lastIndexOf('\r\n') + 2;
    if (whole < text.length) this.#chunks.push(Buffer.from(text.slice(whole), 'latin1'));
    let replies = '';
    for (const line of text.slice(0, whole).split('\r\n').slice(0, -1)) replies += this.#reply(line);
    if (replies !== '') this.#socket.write(replies);
  }

  #reply(line: string): string {
    const verb = line.slice(0, 4).toUpperCase();
    if (verb === 'EHLO') return EHLO;
    if (verb === 'RCPT') this.#id = /<u([^@]*)@/i.exec(line)?.[1] ?? '';
    if (verb === 'DATA') {
      this.#inData = true;
      return '354 go on\r\n';
    }
    if (verb === 'QUIT') {
      this.#socket.end('221 bye\r\n');
      return '';
    }
    return '250 2.0.0 ok\r\n';
  }

  #ends(): boolean {
    let tail = Buffer.alloc(0);
    for (let at = this.#chunks.length - 1; at >= 0 && tail.length < END.length; at -= 1)
      tail = Buffer.concat([this.#chunks[at] ?? tail, tail]);
    return tail.subarray(-END.length).equals(END);
  }

  #file(data: Buffer): void {
    this.#inData = false;
    const message = data.subarray(0, -3);
    const end = message.indexOf('\r\n\r\n');
    const body = end < 0 ? Buffer.alloc(0) : message.subarray(end + 4);
    const text = body.toString('latin1').replaceAll('\r\n..', '\r\n.').replace(/^\.\./, '.');
    const hash = createHash('sha256').update(text, 'latin1').digest('hex');
    received[this.#id] = [...(received[this.#id] ?? []), hash];
    this.#socket.write('250 2.0.0 taken\r\n');
  }
}
