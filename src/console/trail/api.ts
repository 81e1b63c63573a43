import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { newApi } from '../api/api.ts';
import { API_ERRORS } from '../api/error.ts';
import type { Environment } from '../environment.ts';
import type { ConsoleParts } from '../parts.ts';
import { trailOf } from './operations.ts';

const moment = z.iso.datetime({ offset: true }).optional();
const recordSchema = z
  .object({
    id: z.string(),
    at: z.string(),
    actor: z.string(),
    action: z.string(),
    subject: z.string(),
    before: z.string().nullable(),
    after: z.string().nullable(),
    reason: z.string(),
  })
  .openapi('AuditRecord');

const trail = createRoute({
  method: 'get',
  path: '/api/v1/trail',
  tags: ['trail'],
  request: {
    query: z.object({
      actor: z.string().optional(),
      action: z.string().optional(),
      subject: z.string().optional(),
      since: moment,
      until: moment,
    }),
  },
  responses: {
    200: {
      description: 'The newest first',
      content: { 'application/json': { schema: z.object({ records: z.array(recordSchema) }) } },
    },
    ...API_ERRORS,
  },
});

/** The audit trail over HTTP. */
export function trailApi(parts: ConsoleParts): OpenAPIHono<Environment> {
  const api = newApi();
  api.openapi(trail, async (context) => {
    const { since, until, ...same } = context.req.valid('query');
    const records = await trailOf(parts, context.var.principal, {
      ...same,
      since: since === undefined ? undefined : new Date(since),
      until: until === undefined ? undefined : new Date(until),
    });
    return context.json({ records: records.map(({ schema: _, kind: __, ...record }) => record) }, 200);
  });
  return api;
}
