import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { getRequestListener } from '@hono/node-server';
import type { Hono } from 'hono';
import { type HttpListener, listenHttp } from '../http-listener.ts';
import type { ReservedPort } from '../process/reserved-port.ts';
import type { Environment } from './environment.ts';

/** A page and what it loads come at once; a browser has six connections, and people are few. */
const CONNECTIONS = 256;
const HEADER_BYTES = 16_384;
const REQUEST_MS = 60_000;

/** Files of certificate and key, or what is in them where only root could read it; null is plain HTTP. */
export type ConsoleTls = { readonly cert: string | Buffer; readonly key: string | Buffer } | null;

/** Serves the console. Listens when it resolves; throws where it cannot. */
export async function startConsole(
  app: Pick<Hono<Environment>, 'fetch'>,
  listen: string,
  tls: ConsoleTls,
  reserved?: ReservedPort,
): Promise<HttpListener> {
  const listener = getRequestListener(app.fetch);
  const options = { maxHeaderSize: HEADER_BYTES, requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS };
  const server: Server =
    tls === null
      ? createServer(options, listener)
      : createSecureServer({ ...options, cert: contentOf(tls.cert), key: contentOf(tls.key) }, listener);
  return await listenHttp(server, listen, { connections: CONNECTIONS, reserved });
}

function contentOf(file: string | Buffer): Buffer {
  return typeof file === 'string' ? readFileSync(file) : file;
}
