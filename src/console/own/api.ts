import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { newApi } from '../api/api.ts';
import { API_ERRORS } from '../api/error.ts';
import type { Environment } from '../environment.ts';
import type { ConsoleParts } from '../parts.ts';
import { freeOwn, type OwnMail, ownMail, turnOwnLetters } from './operations.ts';

const row = z
  .object({
    id: z.string(),
    heldAt: z.iso.datetime(),
    from: z.string(),
    subject: z.string(),
    category: z.string(),
    /** What its recipient may do with it. */
    freedom: z.enum(['release', 'ask']).nullable(),
    asked: z.boolean(),
  })
  .openapi('OwnMail');

const list = createRoute({
  method: 'get',
  path: '/api/v1/own',
  tags: ['own'],
  summary: 'What is held for the recipient who asks, the newest first',
  request: { query: z.object({ cursor: z.string().max(4_000).optional() }) },
  responses: {
    200: {
      description: 'A page, and the cursor of the next',
      content: {
        'application/json': {
          schema: z.object({ rows: z.array(row), next: z.string().nullable(), letters: z.boolean() }),
        },
      },
    },
    ...API_ERRORS,
  },
});

const free = createRoute({
  method: 'post',
  path: '/api/v1/own/{id}',
  tags: ['own'],
  summary: 'Free a message, or ask for it',
  request: {
    params: z.object({ id: z.string() }),
    body: {
      required: true,
      content: { 'application/json': { schema: z.object({ action: z.enum(['release', 'ask']) }) } },
    },
  },
  responses: {
    200: {
      description: 'What was done',
      content: {
        'application/json': { schema: z.object({ id: z.string(), done: z.enum(['released', 'asked']) }) },
      },
    },
    ...API_ERRORS,
  },
});

const letters = createRoute({
  method: 'put',
  path: '/api/v1/own/letters',
  tags: ['own'],
  summary: 'Have the daily letter, or not',
  request: {
    body: { required: true, content: { 'application/json': { schema: z.object({ on: z.boolean() }) } } },
  },
  responses: {
    200: {
      description: 'As it is now',
      content: { 'application/json': { schema: z.object({ on: z.boolean() }) } },
    },
    ...API_ERRORS,
  },
});

/** The page of a recipient, for scripts. */
export function ownApi(parts: ConsoleParts): OpenAPIHono<Environment> {
  const api = newApi();
  api.openapi(list, async (context) => {
    const { cursor } = context.req.valid('query');
    const { rows, ...more } = await ownMail(parts, context.var.principal, cursor);
    return context.json({ ...more, rows: rows.map(inText) }, 200);
  });
  api.openapi(letters, async (context) => {
    const { on } = context.req.valid('json');
    await turnOwnLetters(parts, context.var.principal, on);
    return context.json({ on }, 200);
  });
  api.openapi(free, async (context) => {
    const { principal, language } = context.var;
    const { id } = context.req.valid('param');
    const { action } = context.req.valid('json');
    const done = await freeOwn(parts, principal, { action, mailId: id, language });
    return context.json({ id, done }, 200);
  });
  return api;
}

function inText({ held, freedom, asked }: OwnMail) {
  const { id, heldAt, from, subject, category } = held;
  return { id, heldAt: heldAt.toISOString(), from, subject, category, freedom, asked };
}
