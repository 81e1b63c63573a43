import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { ReplaySummary } from '../../lab/replay/summary.ts';
import { newApi } from '../api/api.ts';
import { API_ERRORS } from '../api/error.ts';
import type { Environment } from '../environment.ts';
import type { ConsoleParts } from '../parts.ts';
import { changesFor, foretell, type KeyDifference, makeItSo, RULE_STATUSES, undo } from './operations.ts';

const threshold = z.number().min(0).max(1).nullable();
const trial = z.object({
  days: z.number().int().min(1).max(30).default(7),
  domain: z.string().toLowerCase().nullable().default(null),
  thresholds: z.object({ tag: threshold, quarantine: threshold, reject: threshold }),
  rule: z
    .string()
    .nullable()
    .default(null)
    .openapi({ description: 'One rule in YAML; tests may hold messages' }),
});
const record = z.object({ id: z.string(), at: z.string() }).loose();
const summarySchema = z.custom<ReplaySummary>().openapi({ type: 'object' });
const differenceSchema = z.custom<KeyDifference>().openapi({ type: 'object' });
const made = z.object({
  records: z.array(record),
  inForce: z.boolean().nullable(),
  refused: z.string().nullable(),
});
const testSchema = z.object({ rule: z.string(), test: z.string(), passed: z.boolean(), detail: z.string() });

function json<T extends z.ZodType>(schema: T, description: string) {
  return { description, content: { 'application/json': { schema } } };
}
function body<T extends z.ZodType>(schema: T) {
  return { body: { content: { 'application/json': { schema } }, required: true as const } };
}

const tryRoute = createRoute({
  method: 'post',
  path: '/api/v1/what-if',
  request: body(trial),
  responses: {
    200: json(
      z.object({
        summary: summarySchema,
        differences: z.array(differenceSchema),
        tests: z.array(testSchema),
        held: z.array(z.string()),
      }),
      'What would move',
    ),
    ...API_ERRORS,
  },
});
const listRoute = createRoute({
  method: 'get',
  path: '/api/v1/configuration/changes',
  responses: { 200: json(z.object({ changes: z.array(record) }), 'Newest first'), ...API_ERRORS },
});
const makeRoute = createRoute({
  method: 'post',
  path: '/api/v1/configuration/changes',
  request: body(trial.extend({ reason: z.string().min(1), status: z.enum(RULE_STATUSES).default('shadow') })),
  responses: { 200: json(made, 'Written'), ...API_ERRORS },
});
const undoRoute = createRoute({
  method: 'post',
  path: '/api/v1/configuration/changes/{id}/undo',
  request: { params: z.object({ id: z.string() }), ...body(z.object({ reason: z.string().default('') })) },
  responses: { 200: json(made, 'Taken back'), ...API_ERRORS },
});

/** What the pages of `what if` do, for scripts. */
export function whatIfApi(parts: ConsoleParts): OpenAPIHono<Environment> {
  const api = newApi();
  api.openapi(tryRoute, async (context) => {
    const foretold = await foretell(parts, context.var.principal, context.req.valid('json'));
    const { summary, differences, rule, held } = foretold;
    const tests = [...(rule?.tests ?? [])];
    return context.json({ summary, differences: [...differences], tests, held: [...held] }, 200);
  });
  api.openapi(listRoute, async (context) => {
    const changes = await changesFor(parts, context.var.principal);
    return context.json({ changes: changes.map((one) => ({ ...one })) }, 200);
  });
  api.openapi(makeRoute, async (context) => {
    const { reason, status, ...tried } = context.req.valid('json');
    const done = await makeItSo(parts, context.var.principal, tried, { reason, status });
    return context.json({ ...done, records: done.records.map((one) => ({ ...one })) }, 200);
  });
  api.openapi(undoRoute, async (context) => {
    const { id } = context.req.valid('param');
    const done = await undo(parts, context.var.principal, id, context.req.valid('json').reason);
    return context.json({ ...done, records: done.records.map((one) => ({ ...one })) }, 200);
  });
  return api;
}
