import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseListen } from './listen-address.ts';
import type { ReservedPort } from './process/reserved-port.ts';

/** An HTTP server that listens. */
export interface HttpListener {
  readonly host: string;
  readonly port: number;
  /** Ends open connections, too. */
  close(): Promise<void>;
}

/**
 * Lets a server listen on `host:port`, `[v6]:port`, or `:port` on loopback (port 0 takes a free one), or on the port that was bound for it
 * before. Listens when it resolves; throws where it cannot.
 */
export async function listenHttp(
  server: Server,
  listen: string,
  { connections, reserved }: { readonly connections: number; readonly reserved?: ReservedPort | undefined },
): Promise<HttpListener> {
  server.maxConnections = connections;
  const { host, port } = parseListen(listen);
  const listening = once(server, 'listening');
  if (reserved === undefined) server.listen(port, host);
  else reserved.handTo(server);
  await listening;
  const bound = server.address() as AddressInfo;
  return {
    host: bound.address,
    port: bound.port,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
