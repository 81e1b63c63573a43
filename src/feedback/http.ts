import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { z } from 'zod';
import { CATEGORIES } from '../detect/category.ts';
import { type HttpListener, listenHttp } from '../http-listener.ts';
import { UnknownDecision, UnknownFeedback } from '../ledger/feedback.ts';
import type { FeedbackRecord } from '../ledger/record.ts';
import { Mistake } from '../mistake.ts';
import type { ReservedPort } from '../process/reserved-port.ts';
import { type Report, type Settled, TooManyReports } from './desk.ts';
import type { Tokens } from './tokens.ts';

/** A message of 34 MiB as base64 in JSON. */
export const BODY_BYTES = 48 * 1024 * 1024;
/** Whoever reports sends one request after the other; each may hold a message in memory. */
const CONNECTIONS = 16;
const HEADER_BYTES = 8_192;
const REQUEST_MS = 30_000;

const bodySchema = z.union([
  z.strictObject({ id: z.string().max(64), is: z.enum([...CATEGORIES, 'none']) }),
  z.strictObject({ message: z.base64().min(4), is: z.enum([...CATEGORIES, 'none', 'unwanted']) }),
  z.strictObject({ raw: z.string().min(1), is: z.enum([...CATEGORIES, 'none', 'unwanted']) }),
]);

export interface FeedbackHttpOptions {
  readonly listen: string;
  readonly reserved?: ReservedPort | undefined;
  readonly tokens: Tokens;
  readonly take: (report: Report) => Promise<Settled>;
  readonly undo: (feedbackId: string, actor: string) => Promise<FeedbackRecord>;
  readonly onError: (error: unknown) => void;
}

/**
 * Serves `POST /v1/feedback` with `{id, is}`, `{message, is}` (base64) or `{raw, is}`, and `DELETE /v1/feedback/FEEDBACK_ID`, to those with a
 * bearer token; its name is the actor. Without TLS: on loopback, or behind something that has it.
 */
export async function startFeedbackHttp(options: FeedbackHttpOptions): Promise<HttpListener> {
  const server = createServer(
    { maxHeaderSize: HEADER_BYTES, requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS },
    (request, response) => void answer(request, response, options),
  );
  return await listenHttp(server, options.listen, { connections: CONNECTIONS, reserved: options.reserved });
}

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: FeedbackHttpOptions,
): Promise<void> {
  const { body, status } = await answerTo(request, options).catch((error: unknown) => failed(error, options));
  const text = `${JSON.stringify(body)}\n`;
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
    // What was not read of the body must not be taken for the next request.
    ...(request.complete ? {} : { connection: 'close' }),
  });
  response.end(text);
}

async function answerTo(request: IncomingMessage, options: FeedbackHttpOptions): Promise<Answer> {
  const [path = ''] = (request.url ?? '').split('?');
  const feedbackId = /^\/v1\/feedback\/([0-9A-Za-z]{1,64})$/.exec(path)?.[1];
  const isPost = path === '/v1/feedback' && request.method === 'POST';
  const isDelete = feedbackId !== undefined && request.method === 'DELETE';
  if (!isPost && !isDelete) return said(404, 'There is POST /v1/feedback and DELETE /v1/feedback/ID.');
  const actor = options.tokens.nameOf(request.headers.authorization);
  if (actor === null) return said(401, 'A bearer token is needed.');
  if (isPost) return post(request, actor, options);
  const record = await options.undo(feedbackId ?? '', actor);
  return { status: 200, body: { id: record.id, feedbackId: record.feedbackId, retracts: record.retracts } };
}

async function post(request: IncomingMessage, actor: string, options: FeedbackHttpOptions): Promise<Answer> {
  const bytes = await bodyOf(request);
  if (bytes === null) return said(413, `More than ${BODY_BYTES} bytes.`);
  const parsed = bodySchema.safeParse(jsonOf(bytes));
  if (!parsed.success)
    return said(
      400,
      `Wanted: {"id", "is"}, {"message", "is"} with base64, or {"raw", "is"}; is: a category.`,
    );
  const { data } = parsed;
  const settled = await options.take({
    surface: 'http',
    actor,
    is: data.is,
    at: new Date(),
    about: 'id' in data ? { id: data.id } : { raw: rawOf(data) },
  });
  const { case: one, feedback, repeated } = settled;
  return {
    // Taken, and a person may find it later: the ledger has no such message.
    status: feedback === null ? 202 : 200,
    body: {
      caseId: one.caseId,
      state: one.state,
      id: feedback?.id ?? null,
      feedbackId: feedback?.feedbackId ?? null,
      repeated,
    },
  };
}

function rawOf(data: { readonly message: string } | { readonly raw: string }): Buffer {
  return 'message' in data ? Buffer.from(data.message, 'base64') : Buffer.from(data.raw, 'utf8');
}

/** Null where it is too long; the rest is not read. */
async function bodyOf(request: IncomingMessage): Promise<Buffer | null> {
  if (Number(request.headers['content-length'] ?? 0) > BODY_BYTES) return null;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return null;
  }
}

function failed(error: unknown, { onError }: FeedbackHttpOptions): Answer {
  if (error instanceof UnknownDecision) return said(404, 'No such decision.');
  if (error instanceof UnknownFeedback) return said(404, 'No such feedback.');
  if (error instanceof TooManyReports) return said(503, 'Too many reports, try again later.');
  if (error instanceof Mistake) return said(409, error.message);
  onError(error);
  return said(500, 'It could not be taken.');
}

function said(status: number, error: string): Answer {
  return { status, body: { error } };
}
