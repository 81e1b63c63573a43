import { once } from 'node:events';
import net from 'node:net';

/**
 * What the next hop does with a message. `stalls` is silence after the dot, with the message forgotten; `stalls-kept` keeps it. Of
 * `reply-lost` and `stalls-kept` the gate cannot know that the message was taken: only there may a second copy come.
 */
export type Behaviour =
  | 'takes'
  | 'dies-before-data'
  | 'dies-in-data'
  | 'dies-at-dot'
  | 'reply-lost'
  | 'dies-after-reply'
  | 'stalls'
  | 'stalls-kept';

/** Mail from an address that begins so is refused with 451 after the dot the first time it comes. */
export const REFUSED_ONCE = 'again.';

interface Transaction {
  mailFrom: string;
  recipients: string[];
  behaviour: Behaviour;
}

const END_OF_DATA = '\r\n.\r\n';

/**
 * A next hop that keeps what it takes, in memory, and can be told to break off at any point of a transaction. It shares no code with
 * the gate, so that both cannot be wrong in the same way.
 */
export class KeepingHop {
  /** Messages by recipient, dots unstuffed, whether or not we could say that we took them. */
  readonly kept = new Map<string, Buffer[]>();
  /** How often a message was kept for a recipient and the gate cannot have heard of it. */
  readonly repliesLost = new Map<string, number>();
  readonly #server = net.createServer((socket) => this.#serve(socket));
  readonly #sockets = new Set<net.Socket>();
  readonly #refused = new Set<string>();
  #behaviour: Behaviour = 'takes';
  #times = 0;

  get port(): number {
    return (this.#server.address() as net.AddressInfo).port;
  }

  async start(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  /** Does so with the next `times` messages; with all others it takes them. */
  behave(behaviour: Behaviour, times: number): void {
    this.#behaviour = behaviour;
    this.#times = times;
  }

  /** Whether all messages have come that `behave` was about. */
  get isDone(): boolean {
    return this.#times === 0;
  }

  #serve(socket: net.Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    // The gate is killed again and again: a connection that breaks off is what this is for.
    socket.on('error', () => undefined);
    socket.write('220 next.example ESMTP\r\n');
    let transaction: Transaction | null = null;
    let inData = false;
    let input = '';
    socket.on('data', (chunk) => {
      input += chunk.toString('latin1');
      for (;;) {
        if (inData) {
          if (transaction?.behaviour === 'dies-in-data') return void socket.destroy();
          const end = input.indexOf(END_OF_DATA);
          if (end === -1) return;
          const message = input.slice(2, end + 2);
          input = input.slice(end + END_OF_DATA.length);
          inData = false;
          if (transaction !== null) this.#take(socket, transaction, message);
          transaction = null;
          continue;
        }
        const end = input.indexOf('\r\n');
        if (end === -1) return;
        const line = input.slice(0, end);
        input = input.slice(end + 2);
        transaction = this.#command(socket, line, transaction);
        if (line !== 'DATA' || transaction === null) continue;
        transaction.behaviour = this.#next();
        if (transaction.behaviour === 'dies-before-data') return void socket.destroy();
        socket.write('354 go on\r\n');
        inData = true;
        // A message that is one dot ends with the line end of DATA.
        input = `\r\n${input}`;
      }
    });
  }

  #command(socket: net.Socket, line: string, before: Transaction | null): Transaction | null {
    const address = /<([^>]*)>/.exec(line)?.[1] ?? '';
    const verb = line.slice(0, 4).toUpperCase();
    if (verb === 'DATA') return before;
    socket.write(
      verb === 'EHLO' ? '250-next.example\r\n250-8BITMIME\r\n250 PIPELINING\r\n' : '250 2.0.0 ok\r\n',
    );
    if (verb === 'MAIL') return { mailFrom: address, recipients: [], behaviour: 'takes' };
    if (verb === 'RCPT') before?.recipients.push(address);
    if (verb === 'QUIT') socket.end();
    return verb === 'RSET' ? null : before;
  }

  #take(socket: net.Socket, { mailFrom, recipients, behaviour }: Transaction, message: string): void {
    if (behaviour === 'dies-at-dot') return void socket.destroy();
    if (behaviour === 'stalls') return;
    if (mailFrom.startsWith(REFUSED_ONCE) && !this.#refused.has(mailFrom)) {
      this.#refused.add(mailFrom);
      socket.write('451 4.2.0 not now\r\n');
      return;
    }
    const raw = Buffer.from(message.replace(/^\./gm, ''), 'latin1');
    const isLost = behaviour === 'reply-lost' || behaviour === 'stalls-kept';
    for (const recipient of recipients) {
      this.kept.set(recipient, [...(this.kept.get(recipient) ?? []), raw]);
      if (isLost) this.repliesLost.set(recipient, (this.repliesLost.get(recipient) ?? 0) + 1);
    }
    if (behaviour === 'takes') socket.write('250 2.0.0 kept\r\n');
    else if (behaviour === 'reply-lost') socket.destroy();
    else if (behaviour === 'dies-after-reply') socket.end('250 2.0.0 kept\r\n');
  }

  #next(): Behaviour {
    if (this.#times === 0) return 'takes';
    this.#times -= 1;
    return this.#behaviour;
  }
}
