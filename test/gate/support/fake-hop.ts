import { once } from 'node:events';
import net from 'node:net';
import tls from 'node:tls';

/** What a fake next hop does instead of agreeing: reply lines, or an act. HALF ends its own side only, STALL reads no more. */
export type Answer = string | 'CLOSE' | 'HALF' | 'SILENCE' | 'STALL' | Spoken;

/** A reply byte by byte, or one after which the connection is closed. */
export interface Spoken {
  readonly lines: string;
  readonly how: 'slowly' | 'and closes';
}

export interface FakeHopOptions {
  /** Lines of the EHLO reply after the first. */
  readonly offers?: readonly string[];
  /** Called with each command, `CONNECT` for the greeting, `BODY` at the first byte of a message and `.` at its end. */
  readonly answer?: (command: string, hop: FakeHop) => Answer | undefined;
  /** Takes LF.CRLF, LF.LF and CR.CR for the end of the data too, as some servers did. */
  readonly lenient?: boolean;
  readonly tls?: { readonly cert: string; readonly key: string };
}

/** A scripted SMTP or LMTP server that writes down what it hears. Not a mail server: it shares no code with the gate. */
export class FakeHop {
  readonly commands: string[] = [];
  /** Whole messages as they came, dots unstuffed; Latin-1. */
  readonly messages: string[] = [];
  connections = 0;
  readonly sockets = new Set<net.Socket>();
  readonly #options: FakeHopOptions;
  readonly #server: net.Server;

  constructor(options: FakeHopOptions) {
    this.#options = options;
    this.#server = net.createServer((socket) => this.#serve(socket));
  }

  get port(): number {
    return (this.#server.address() as net.AddressInfo).port;
  }

  async start(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Closes all connections, and goes on listening. */
  hangUp(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  #serve(socket: net.Socket): void {
    this.connections += 1;
    this.#converse(socket, 'CONNECT');
  }

  #converse(socket: net.Socket, greeting: string | null): void {
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket));
    socket.on('error', () => undefined);
    let input = '';
    let inBody = false;
    let recipients = 0;
    if (greeting !== null) this.#say(socket, greeting, '220 hop.example ESMTP');
    socket.on('data', (chunk) => {
      input += chunk.toString('latin1');
      for (;;) {
        if (inBody) {
          const end = (this.#options.lenient ? LENIENT_END : STRICT_END).exec(`\r\n${input}`);
          if (end === null) return;
          // The CRLF of the command before counts as the beginning of the terminator.
          const body = `\r\n${input}`.slice(0, end.index + 2).slice(2);
          input = `\r\n${input}`.slice(end.index + end[0].length);
          this.messages.push(body.replace(/^\./gm, ''));
          inBody = false;
          const replies = this.#options.offers?.includes('LMTP') ? recipients : 1;
          for (let index = 0; index < replies; index++) this.#say(socket, '.', '250 2.0.0 taken');
          recipients = 0;
          continue;
        }
        const at = input.indexOf('\r\n');
        if (at === -1) return;
        const command = input.slice(0, at);
        input = input.slice(at + 2);
        this.commands.push(command);
        const verb = command.split(' ')[0]?.toUpperCase() ?? '';
        const said = this.#say(socket, command, this.#usual(verb));
        if (verb === 'RCPT' && said.startsWith('2')) recipients += 1;
        if (verb === 'RSET') recipients = 0;
        if (verb === 'DATA' && said.startsWith('354')) {
          inBody = true;
          this.#say(socket, 'BODY', '');
        }
        if (verb === 'QUIT') socket.end();
        if (verb === 'STARTTLS' && said.startsWith('220') && this.#options.tls) {
          socket.removeAllListeners('data');
          this.#converse(new tls.TLSSocket(socket, { isServer: true, ...this.#options.tls }), null);
          return;
        }
      }
    });
  }

  #usual(verb: string): string {
    switch (verb) {
      case 'EHLO':
      case 'LHLO':
        return ['hop.example', ...(this.#options.offers ?? [])]
          .map((line, index, all) => `250${index === all.length - 1 ? ' ' : '-'}${line}`)
          .join('\r\n');
      case 'DATA':
        return '354 go on';
      case 'STARTTLS':
        return this.#options.tls ? '220 go on' : '502 5.5.1 no';
      case 'MAIL':
        return '250 2.1.0 sender ok';
      case 'RCPT':
        return '250 2.1.5 recipient ok';
      case 'QUIT':
        return '221 2.0.0 bye';
      default:
        return '250 2.0.0 ok';
    }
  }

  #say(socket: net.Socket, command: string, usual: string): string {
    const answer = this.#options.answer?.(command, this) ?? usual;
    if (typeof answer !== 'string') {
      if (answer.how === 'slowly') drip(socket, `${answer.lines}\r\n`);
      else socket.end(`${answer.lines}\r\n`, () => socket.destroy());
      return answer.lines;
    }
    if (answer === 'CLOSE') socket.destroy();
    else if (answer === 'HALF') socket.end();
    else if (answer === 'STALL') socket.pause();
    else if (answer !== 'SILENCE' && answer !== '') socket.write(`${answer}\r\n`);
    return answer;
  }
}

/** One byte each turn of the event loop. */
function drip(socket: net.Socket, text: string): void {
  if (text === '') return;
  socket.write(text.charAt(0));
  setImmediate(() => drip(socket, text.slice(1)));
}

const STRICT_END = /\r\n\.\r\n/;
const LENIENT_END = /(?:\r\n|\n|\r)\.(?:\r\n|\n|\r)/;
