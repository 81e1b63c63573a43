import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type HttpListener, listenHttp } from '../http-listener.ts';
import type { ReservedPort } from '../process/reserved-port.ts';
import { type Check, type Health, runChecks } from './health.ts';
import type { Metrics } from './metrics.ts';

/** Who scrapes sends a few short headers; whoever sends more, or slowly, or opens many connections, is no scraper. */
const HEADER_BYTES = 8_192;
const REQUEST_MS = 10_000;
const CONNECTIONS = 64;

export interface ObserveOptions {
  /** `host:port`, `[v6]:port`, or `:port` on loopback; port 0 takes a free one. */
  readonly listen: string;
  readonly metrics: Metrics;
  /** Its port, where that was bound before. */
  readonly reserved?: ReservedPort | undefined;
  /** What must work for this process to be worth keeping (`/healthz`). */
  readonly health: readonly Check[];
  /** What must work for it to take mail (`/readyz`). */
  readonly ready: readonly Check[];
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** Serves `/metrics`, `/healthz` and `/readyz`, to GET and HEAD alone. Listens when it resolves; throws where it cannot. */
export async function startObserve(options: ObserveOptions): Promise<HttpListener> {
  const answers = routes(options);
  const server = createServer(
    { maxHeaderSize: HEADER_BYTES, requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS },
    (request, response) => void answer(request, response, answers),
  );
  return await listenHttp(server, options.listen, { connections: CONNECTIONS, reserved: options.reserved });
}

type Routes = ReadonlyMap<string, () => Promise<Answer>>;

function routes({ metrics, health, ready }: ObserveOptions): Routes {
  return new Map([
    [
      '/metrics',
      async () => ({
        status: 200,
        type: metrics.registry.contentType,
        body: await metrics.registry.metrics(),
      }),
    ],
    ['/healthz', atOnce(() => healthAnswer(health))],
    ['/readyz', atOnce(() => healthAnswer(ready))],
  ]);
}

/** However many ask at the same time, the checks (a connection to the next hop) run once. */
function atOnce(work: () => Promise<Answer>): () => Promise<Answer> {
  let running: Promise<Answer> | null = null;
  return () => {
    running ??= work().finally(() => {
      running = null;
    });
    return running;
  };
}

async function healthAnswer(checks: readonly Check[]): Promise<Answer> {
  const health: Health = await runChecks(checks);
  return { status: health.ok ? 200 : 503, type: 'application/json', body: `${JSON.stringify(health)}\n` };
}

async function answer(request: IncomingMessage, response: ServerResponse, answers: Routes): Promise<void> {
  const { status, type, body } = await answerTo(request, answers);
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(status === 405 ? { allow: 'GET, HEAD' } : {}),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

async function answerTo(request: IncomingMessage, answers: Routes): Promise<Answer> {
  const [path = ''] = (request.url ?? '').split('?');
  const route = answers.get(path);
  if (route === undefined) return words(404, 'Not found. There is /metrics, /healthz and /readyz.');
  if (request.method !== 'GET' && request.method !== 'HEAD') return words(405, 'Only GET and HEAD.');
  try {
    return await route();
  } catch (error) {
    return words(500, error instanceof Error ? error.message : String(error));
  }
}

function words(status: number, text: string): Answer {
  return { status, type: 'text/plain; charset=utf-8', body: `${text}\n` };
}
