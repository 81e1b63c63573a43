import { once } from 'node:events';
import net from 'node:net';
import { benchMessage } from './messages.ts';

/** What one run is to send. Arrives over IPC. */
export interface ClientJob {
  readonly port: number;
  readonly connections: number;
  readonly count: number;
  /** Messages of one connection. */
  readonly perConnection: number;
  /** First line of a connection (PROXY); null sends none. */
  readonly preamble: string | null;
  readonly protocol: 'smtp' | 'rspamd' | 'spamd';
  /** Of ids, so that runs can be told apart. */
  readonly run: string;
}

/** What came of it. Times in milliseconds. */
export interface ClientResult {
  /** From before the connection (the first message of one) or MAIL to the last reply, of accepted messages. */
  readonly latencies: readonly number[];
  /** Ids that were accepted, with the number of the message. */
  readonly accepted: readonly (readonly [id: string, message: number])[];
  readonly codes: Readonly<Record<string, number>>;
  readonly seconds: number;
}

let wires: readonly Buffer[] = [];
let plain: readonly Buffer[] = [];

process.on('message', async (message: { readonly raw: readonly string[] } | ClientJob) => {
  if ('raw' in message) {
    plain = message.raw.map((text) => benchMessage(Buffer.from(text, 'latin1')).bytes);
    wires = plain.map(stuffed);
    process.send?.('loaded');
  } else process.send?.(await run(message));
});
process.on('disconnect', () => process.exit());

/** A closed loop: each connection sends its next message when the last one is answered. */
async function run(job: ClientJob): Promise<ClientResult> {
  const latencies: number[] = [];
  const accepted: [string, number][] = [];
  const codes: Record<string, number> = {};
  let next = 0;
  const started = performance.now();
  async function lane(): Promise<void> {
    const send = senderOf(job);
    while (next < job.count) {
      const index = next++;
      const number = index % wires.length;
      const id = `${job.run}-${index}`;
      const before = performance.now();
      const code = await send(id, number).catch((error: Error) => error.message);
      codes[code] = (codes[code] ?? 0) + 1;
      if (code !== '250' && code !== '200' && code !== '0') continue;
      latencies.push(performance.now() - before);
      accepted.push([id, number]);
    }
    await send(null, 0).catch(() => 'closed');
  }
  await Promise.all(Array.from({ length: job.connections }, lane));
  return { latencies, accepted, codes, seconds: (performance.now() - started) / 1000 };
}

/** Sends one message and gives its code; null ends what is open. */
type Send = (id: string | null, number: number) => Promise<string>;

function senderOf(job: ClientJob): Send {
  if (job.protocol === 'smtp') return smtpSender(job);
  return async (id, number) => {
    if (id === null) return '';
    const socket = net.connect({ port: job.port, host: '127.0.0.1', noDelay: true });
    const body = plain[number] ?? Buffer.alloc(0);
    socket.end(
      Buffer.concat([
        Buffer.from(
          job.protocol === 'rspamd'
            ? `POST /checkv2 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nIP: 198.51.100.7\r\nFrom: s@sender.example\r\nContent-Length: ${body.length}\r\n\r\n`
            : `CHECK SPAMC/1.5\r\nContent-length: ${body.length}\r\n\r\n`,
        ),
        body,
      ]),
    );
    let text = '';
    for await (const chunk of socket) text += chunk.toString('latin1');
    return text.split(' ')[1] ?? 'no answer';
  };
}

function smtpSender(job: ClientJob): Send {
  let open: { socket: net.Socket; reply: () => Promise<string>; sent: number; pipelining: boolean } | null =
    null;
  return async (id, number) => {
    try {
      if (open !== null && (id === null || open.sent >= job.perConnection)) {
        open.socket.write('QUIT\r\n');
        await open.reply();
        open.socket.destroy();
        open = null;
      }
      if (id === null) return '';
      open ??= await connect(job);
      open.sent += 1;
      const { socket, reply } = open;
      const commands = ['MAIL FROM:<s@sender.example>', `RCPT TO:<u${id}@example.com>`, 'DATA'];
      let code = '';
      if (open.pipelining) {
        socket.write(`${commands.join('\r\n')}\r\n`);
        for (const _ of commands) code = codeOf(await reply());
      } else {
        for (const command of commands) {
          socket.write(`${command}\r\n`);
          code = codeOf(await reply());
          if (!/^[23]/.test(code)) break;
        }
      }
      if (code !== '354') throw new Error(code);
      socket.write(wires[number] ?? '');
      return codeOf(await reply());
    } catch (error) {
      open?.socket.destroy();
      open = null;
      throw error;
    }
  };
}

async function connect({ port, preamble }: ClientJob) {
  const socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  const reply = replies(socket);
  if (preamble !== null) socket.write(preamble);
  const greeting = codeOf(await reply());
  if (greeting !== '220') throw new Error(greeting);
  socket.write('EHLO client.example\r\n');
  const extensions = await reply();
  return { socket, reply, sent: 0, pipelining: /^250[- ]PIPELINING/im.test(extensions) };
}

function codeOf(reply: string): string {
  return reply.slice(0, 3);
}

/** The next whole reply each time. */
function replies(socket: net.Socket): () => Promise<string> {
  let text = '';
  let wake: (() => void) | null = null;
  let failure: Error | null = null;
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1');
    wake?.();
  });
  const fail = (error: Error) => {
    failure = error;
    wake?.();
  };
  socket.on('error', fail);
  socket.on('close', () => fail(new Error('closed')));
  return async () => {
    for (;;) {
      const whole = /^(?:\d{3}-[^\n]*\n)*\d{3}(?: [^\n]*)?\r\n/.exec(text)?.[0];
      if (whole !== undefined) {
        text = text.slice(whole.length);
        return whole;
      }
      if (failure !== null) throw failure;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
}

function stuffed(bytes: Buffer): Buffer {
  const text = bytes.toString('latin1').replaceAll('\r\n.', '\r\n..');
  return Buffer.from(`${text.startsWith('.') ? '.' : ''}${text}.\r\n`, 'latin1');
}
