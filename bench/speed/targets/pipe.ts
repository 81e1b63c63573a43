import { fork } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import { fileURLToPath } from 'node:url';
import type { StartTarget } from './target.ts';

/** A TCP connection passed through, in a process of its own: the floor for a relay in Node. */
export const startPipe: StartTarget = async (sinkPort) => {
  const child = fork(fileURLToPath(import.meta.url), [String(sinkPort)]);
  const [{ port }] = await once(child, 'message');
  return {
    port,
    protocol: 'smtp',
    preamble: null,
    pids: child.pid === undefined ? [] : [child.pid],
    close: async () => {
      const gone = once(child, 'exit');
      child.disconnect();
      await gone;
    },
  };
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const port = Number(process.argv[2]);
  const server = net.createServer({ noDelay: true }, (client) => {
    const hop = net.connect({ port, host: '127.0.0.1', noDelay: true });
    const end = () => {
      client.destroy();
      hop.destroy();
    };
    client.on('error', end).on('close', end).pipe(hop);
    hop.on('error', end).on('close', end).pipe(client);
  });
  server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as net.AddressInfo).port }));
  process.on('disconnect', () => process.exit());
}
