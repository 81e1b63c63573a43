import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

export interface FakeClamd {
  /** For `clamd.address`. */
  readonly address: string;
  readonly port: number;
  /** All bytes that came, of all connections. */
  readonly heard: () => Buffer;
  close(): Promise<void>;
}

/** A server on loopback that does with each connection what `behave` says, once `trigger` bytes have come. */
export async function startFakeClamd(
  behave: (socket: Socket) => void,
  options: { trigger?: (heard: Buffer) => boolean } = {},
): Promise<FakeClamd> {
  const chunks: Buffer[] = [];
  const sockets = new Set<Socket>();
  const trigger = options.trigger ?? endsStream;
  const server = createServer((socket) => {
    sockets.add(socket);
    let behaved = false;
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      if (behaved || !trigger(Buffer.concat(chunks))) return;
      behaved = true;
      behave(socket);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    port,
    heard: () => Buffer.concat(chunks),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function endsStream(heard: Buffer): boolean {
  return heard.subarray(-4).equals(Buffer.alloc(4));
}

/** The content of a stream that was sent by INSTREAM; throws where the framing is wrong. */
export function unframed(heard: Buffer): Buffer {
  const command = 'zINSTREAM\0';
  if (heard.subarray(0, command.length).toString() !== command) throw new Error('no INSTREAM command');
  const parts: Buffer[] = [];
  let at = command.length;
  for (;;) {
    const length = heard.readUInt32BE(at);
    at += 4;
    if (length === 0) break;
    parts.push(heard.subarray(at, at + length));
    at += length;
  }
  if (at !== heard.length) throw new Error(`${heard.length - at} bytes after the end`);
  return Buffer.concat(parts);
}
