import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { stream } from 'hono/streaming';
import { CATEGORIES } from '../../detect/category.ts';
import { newApi } from '../api/api.ts';
import { API_ERRORS } from '../api/error.ts';
import type { Environment } from '../environment.ts';
import { withAsked } from '../own/asked.ts';
import type { ConsoleParts } from '../parts.ts';
import { ACTIONS, act, actOnAll, BULK, BULK_ACTIONS } from './act.ts';
import { dossierOf, exportHeld, listHeld, rawOf } from './find.ts';
import { heldParameters } from './query.ts';
import { sendTo } from './send-raw.ts';

const anyObject = z.unknown();
const json = (description: string) => ({
  200: { description, content: { 'application/json': { schema: anyObject } } },
  ...API_ERRORS,
});
const params = z.object({ id: z.string() });
const said = {
  reason: z.string().max(1_000).optional(),
  recipients: z.array(z.string()).optional(),
};
const one = z.object({
  action: z.enum(ACTIONS),
  category: z.enum([...CATEGORIES, 'none']).optional(),
  ...said,
});
const many = z.object({
  action: z.enum(BULK_ACTIONS),
  ids: z.array(z.string()).min(1).max(BULK),
  reason: said.reason,
});
const body = <T extends z.ZodType>(schema: T) => ({
  required: true,
  content: { 'application/json': { schema } },
});

/** The operations of the pages, for scripts. */
export function heldApi(parts: ConsoleParts): OpenAPIHono<Environment> {
  const api = newApi();
  api.openapi(
    createRoute({
      method: 'get',
      path: '/api/v1/held',
      summary: 'Held mail, page by page',
      request: { query: heldParameters },
      responses: json('Rows, how many there are, and the cursor of the next page'),
    }),
    async (context) =>
      context.json(
        await withAsked(parts, await listHeld(parts, context.var.principal, context.req.valid('query'))),
        200,
      ),
  );
  api.openapi(
    createRoute({
      method: 'get',
      path: '/api/v1/held.csv',
      summary: 'Held mail as CSV',
      request: { query: heldParameters },
      responses: {
        200: { description: 'CSV', content: { 'text/csv': { schema: z.string() } } },
        ...API_ERRORS,
      },
    }),
    async (context) =>
      context.text(await exportHeld(parts, context.var.principal, context.req.valid('query')), 200, {
        'content-type': 'text/csv; charset=utf-8',
      }),
  );
  api.openapi(
    createRoute({
      method: 'post',
      path: '/api/v1/held',
      summary: 'Release or delete many; each has its own result',
      request: { body: body(many) },
      responses: json('What was done with each'),
    }),
    async (context) => {
      const { ids, ...given } = context.req.valid('json');
      return context.json({ results: await actOnAll(parts, context.var.principal, ids, given) }, 200);
    },
  );
  api.openapi(
    createRoute({
      method: 'get',
      path: '/api/v1/held/{id}',
      summary: 'One message: its row, decision, similar and earlier mail',
      request: { params },
      responses: json('The message'),
    }),
    async (context) => {
      const { content, ...dossier } = await dossierOf(
        parts,
        context.var.principal,
        context.req.valid('param').id,
      );
      return context.json({ ...dossier, hasMail: content !== null }, 200);
    },
  );
  api.openapi(
    createRoute({
      method: 'post',
      path: '/api/v1/held/{id}',
      summary: 'Release, delete, mark, block, allow, or open a case (`words` is its id)',
      request: { params, body: body(one) },
      responses: json('Done'),
    }),
    async (context) => {
      const { id } = context.req.valid('param');
      return context.json(
        { id, words: await act(parts, context.var.principal, id, context.req.valid('json')) },
        200,
      );
    },
  );
  api.openapi(
    createRoute({
      method: 'get',
      path: '/api/v1/held/{id}/raw',
      summary: 'The mail as it came, as a stream',
      request: { params },
      responses: {
        200: {
          description: 'message/rfc822, under a type that no program opens by itself',
          content: { 'application/octet-stream': { schema: z.string().openapi({ format: 'binary' }) } },
        },
        ...API_ERRORS,
      },
    }),
    async (context) => {
      const { id } = context.req.valid('param');
      const content = await rawOf(parts, context.var.principal, id);
      context.header('content-type', 'application/octet-stream');
      context.header('content-disposition', `attachment; filename="${id}.eml"`);
      return stream(context, (out) => sendTo(out, content));
    },
  );
  return api;
}
