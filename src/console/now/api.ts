import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { VERDICTS } from '../../policy/verdict.ts';
import { newApi } from '../api/api.ts';
import { API_ERRORS } from '../api/error.ts';
import type { Environment } from '../environment.ts';
import type { ConsoleParts } from '../parts.ts';
import { type NowView, nowChanges, nowView } from './operations.ts';

const time = z.iso.datetime();
const counts = z.record(z.enum(VERDICTS), z.number().int());
const answer = z
  .object({
    at: time,
    messages: z.number().int(),
    counts,
    minutes: z.array(z.object({ at: time, counts })),
    isCut: z.boolean(),
    latencies: z.array(
      z.object({ stage: z.string(), count: z.number(), p50: z.number(), p95: z.number(), p99: z.number() }),
    ),
    failures: z.array(z.object({ what: z.string(), reason: z.string(), messages: z.number().int() })),
    campaigns: z.array(
      z.object({
        likeness: z.string(),
        messages: z.number().int(),
        counts,
        category: z.string(),
        from: z.string(),
        subject: z.string(),
        since: time,
      }),
    ),
    health: z.object({ ok: z.boolean(), checks: z.record(z.string(), z.string()) }),
    restarts: z.record(z.string(), z.number()),
    quarantine: z.object({
      held: z.number().int(),
      bytes: z.number().int(),
      oldest: time.nullable(),
      byCategory: z.record(z.string(), z.number().int()),
    }),
    asked: z.number().int(),
    version: z.string(),
    model: z.string(),
    configurationAt: time.nullable(),
    changes: z.array(
      z.object({
        kind: z.string(),
        at: time,
        actor: z.string(),
        action: z.string(),
        subject: z.string(),
        before: z.string().nullable(),
        after: z.string().nullable(),
      }),
    ),
  })
  .openapi('Now');

const route = createRoute({
  method: 'get',
  path: '/api/v1/now',
  summary: 'The last hour at this gate: mail by minute and verdict, latencies, what is degraded, campaigns',
  responses: {
    200: { description: 'As it is now', content: { 'application/json': { schema: answer } } },
    ...API_ERRORS,
  },
});

export function nowApi(parts: ConsoleParts): OpenAPIHono<Environment> {
  return newApi().openapi(route, async (context) => {
    const { principal } = context.var;
    const [view, changes] = await Promise.all([nowView(parts, principal), nowChanges(parts, principal)]);
    return context.json(
      { ...inText(view), changes: changes.map((one) => ({ ...one, at: one.at.toISOString() })) },
      200,
    );
  });
}

/** Times as JSON has them. */
function inText(view: NowView) {
  return {
    ...view,
    at: view.at.toISOString(),
    minutes: view.minutes.map((minute) => ({ ...minute, at: minute.at.toISOString() })),
    latencies: [...view.latencies],
    failures: [...view.failures],
    campaigns: view.campaigns.map((one) => ({ ...one, since: one.since.toISOString() })),
    quarantine: { ...view.quarantine, oldest: view.quarantine.oldest?.toISOString() ?? null },
    configurationAt: view.configurationAt?.toISOString() ?? null,
  };
}
