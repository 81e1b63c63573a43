import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import type { Hono } from 'hono';
import { parseListen } from '../listen-address.ts';
import type { ReservedPort } from '../process/reserved-port.ts';
import type { Environment } from './environment.ts';

/** A page and what it loads come at once; a browser has six connections, and people are few. */
const CONNECTIONS = 256;
const HEADER_BYTES = 16_384;
const REQUEST_MS = 60_000;

export interface ConsoleServer {
  readonly host: string;
  readonly port: number;
  close(): Promise<void>;
}

/** Files of certificate and key, or what is in them where only root could read it; null is plain HTTP. */
export type ConsoleTls = { readonly cert: string | Buffer; readonly key: string | Buffer } | null;

/** Serves the console. Listens when it resolves; throws where it cannot. */
export async function startConsole(
  app: Pick<Hono<Environment>, 'fetch'>,
  listen: string,
  tls: ConsoleTls,
  reserved?: ReservedPort,
): Promise<ConsoleServer> {
  const listener = getRequestListener(app.fetch);
  const options = { maxHeaderSize: HEADER_BYTES, requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS };
  const server: Server =
    tls === null
      ? createServer(options, listener)
      : createSecureServer({ ...options, cert: contentOf(tls.cert), key: contentOf(tls.key) }, listener);
  server.maxConnections = CONNECTIONS;
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

function contentOf(file: string | Buffer): Buffer {
  return typeof file === 'string' ? readFileSync(file) : file;
}
