import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { ReservedPort } from '../../src/process/reserved-port.ts';
import { freePort } from '../system/servers/ports.ts';

const servers: Server[] = [];
/** What had been read of each connection before its server got it. */
const readBefore: number[] = [];
afterEach(async () => {
  readBefore.length = 0;
  for (const server of servers.splice(0)) {
    server.close();
    await once(server, 'close');
  }
});

/** Greets, and says back what it hears. */
function echo(): Server {
  const server = createServer((socket) => {
    readBefore.push(socket.bytesRead);
    socket.on('error', () => socket.destroy());
    socket.write('hello ');
    socket.pipe(socket);
  });
  servers.push(server);
  return server;
}

async function answerOf(port: number, words: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.end(words);
  let text = '';
  for await (const chunk of socket) text += String(chunk);
  return text;
}

test('a server gets a port that was bound before, and its connections', async () => {
  const port = await freePort();
  const reserved = await ReservedPort.bind('127.0.0.1', port);
  const server = echo();
  reserved.handTo(server);
  expect((server.address() as AddressInfo).port).toBe(port);
  expect(await answerOf(port, 'again')).toBe('hello again');
});

test('a client that came early waits unread, and loses no byte', async () => {
  const port = await freePort();
  const reserved = await ReservedPort.bind('127.0.0.1', port);
  const early = [answerOf(port, 'one'), answerOf(port, 'two')];
  const gone = connect(port, '127.0.0.1');
  await once(gone, 'connect');
  gone.resetAndDestroy();
  await new Promise((resolve) => setTimeout(resolve, 50));
  reserved.handTo(echo());
  expect(await Promise.all(early)).toEqual(['hello one', 'hello two']);
  expect(Math.max(...readBefore)).toBe(0);
});

test('a port that nobody took is free again, and its clients are sent away', async () => {
  const port = await freePort();
  const reserved = await ReservedPort.bind('127.0.0.1', port);
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  await new Promise((resolve) => setTimeout(resolve, 50));
  const closed = once(socket, 'close');
  reserved.close();
  await closed;
  const second = await ReservedPort.bind('127.0.0.1', port);
  second.close();
});

test('a port that is taken is refused', async () => {
  const server = echo().listen(0, '127.0.0.1');
  await once(server, 'listening');
  await expect(ReservedPort.bind('127.0.0.1', (server.address() as AddressInfo).port)).rejects.toThrow(
    'EADDRINUSE',
  );
});
