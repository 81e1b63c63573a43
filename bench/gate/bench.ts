import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Measured } from './measured-gate.ts';

const END = Buffer.from('\r\n.\r\n');

/** A gate in a process of its own between a client and a next hop that do next to nothing. */
export interface Bench {
  /** Sends one message, as it goes over the wire after 354 but for the end; gives the last reply. */
  send(message: Buffer): Promise<string>;
  measure(): Promise<Measured>;
  close(): Promise<void>;
}

export async function startBench(settings: Record<string, unknown>, watchTurns: boolean): Promise<Bench> {
  const hop = net.createServer(receive).listen(0, '127.0.0.1');
  await once(hop, 'listening');
  const { port } = hop.address() as AddressInfo;
  const script = join(import.meta.dirname, 'measured-gate.ts');
  const child = fork(script, [String(port), JSON.stringify(settings), ...(watchTurns ? ['turns'] : [])]);
  const [{ port: gatePort }] = await once(child, 'message');
  return {
    send: (message) => sendTo(gatePort, message),
    measure: async () => {
      child.send('measure');
      const [measured] = await once(child, 'message');
      return measured;
    },
    close: () => end(child, hop),
  };
}

async function end(child: ChildProcess, hop: net.Server): Promise<void> {
  const gone = once(child, 'exit');
  child.disconnect();
  await gone;
  hop.close();
}

/** Says yes to everything, and looks at no more of a message than its end. */
function receive(socket: net.Socket): void {
  let inData = false;
  let tail: Buffer = Buffer.alloc(0);
  socket.on('error', () => undefined);
  socket.write('220 hop.example ESMTP\r\n');
  socket.on('data', (chunk: Buffer) => {
    tail = Buffer.concat([tail, chunk.subarray(-END.length)]).subarray(-END.length);
    if (inData) {
      if (!tail.equals(END)) return;
      inData = false;
      socket.write('250 2.0.0 taken\r\n');
      return;
    }
    for (const line of chunk.toString('latin1').trimEnd().split('\r\n')) {
      inData = line === 'DATA';
      socket.write(inData ? '354 go on\r\n' : '250 2.0.0 ok\r\n');
    }
  });
}

async function sendTo(port: number, message: Buffer): Promise<string> {
  const socket = net.connect(port, '127.0.0.1');
  const reply = replies(socket);
  await reply();
  for (const command of [
    'EHLO client.example',
    'MAIL FROM:<a@example.org>',
    'RCPT TO:<b@example.com>',
    'DATA',
  ]) {
    socket.write(`${command}\r\n`);
    await reply();
  }
  socket.write(message);
  socket.write('.\r\n');
  const last = await reply();
  socket.end('QUIT\r\n');
  return last;
}

function replies(socket: net.Socket): () => Promise<string> {
  let text = '';
  return async () => {
    for (;;) {
      const whole = /^(?:\d{3}-.*\r\n)*\d{3} .*\r\n/.exec(text)?.[0];
      if (whole !== undefined) {
        text = text.slice(whole.length);
        return whole.trimEnd();
      }
      const [chunk] = await once(socket, 'data');
      text += chunk.toString('latin1');
    }
  };
}
