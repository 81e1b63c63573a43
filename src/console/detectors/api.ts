import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { newApi } from '../api/api.ts';
import { answers, bodyOf } from '../efficacy/api.ts';
import type { Environment } from '../environment.ts';
import type { ConsoleParts } from '../parts.ts';
import { featureOf, listFeatures } from './features.ts';
import type { Detector } from './known.ts';
import { detectorOf, listDetectors, promote, takeBack } from './operations.ts';

const id = z.object({ id: z.string() });
const reason = z.string();

/** /api/v1/detectors and /api/v1/features: what the pages do. */
export function detectorsApi(parts: ConsoleParts): OpenAPIHono<Environment> {
  const api = newApi();
  const get = <P extends string>(path: P, summary: string) =>
    createRoute({ method: 'get', path, summary, responses: answers(summary) });
  api.openapi(get('/api/v1/detectors', 'Rules and models with their figures in scope'), async (context) => {
    const { detectors, figures } = await listDetectors(parts, context.var.principal);
    const { at, value } = figures;
    return context.json(
      { detectors: detectors.map(plain), computedAt: at.toISOString(), figures: value },
      200,
    );
  });
  api.openapi(
    createRoute({
      method: 'get',
      path: '/api/v1/detectors/{id}',
      request: { params: id },
      responses: answers('One rule or model'),
    }),
    async (context) => {
      const detail = await detectorOf(parts, context.var.principal, context.req.valid('param').id);
      const { detector, figures, lately, lineage, changes } = detail;
      const own = figures.value.byDetector[detector.id] ?? null;
      return context.json({ ...plain(detector), figures: own, lately, lineage, changes }, 200);
    },
  );
  api.openapi(
    createRoute({
      method: 'post',
      path: '/api/v1/detectors/{id}/status',
      summary: 'Gives a rule or a model another status: active, shadow, off, canary: N%',
      request: { params: id, body: bodyOf(z.object({ to: z.string(), reason })) },
      responses: answers('The record of the audit trail'),
    }),
    async (context) => {
      const change = { ...context.req.valid('param'), ...context.req.valid('json') };
      return context.json(await promote(parts, context.var.principal, change), 200);
    },
  );
  api.openapi(
    createRoute({
      method: 'post',
      path: '/api/v1/detectors/{id}/back',
      summary: 'Takes the last change of a rule or a model back',
      request: { params: id, body: bodyOf(z.object({ reason })) },
      responses: answers('The record of the audit trail'),
    }),
    async (context) => {
      const change = { ...context.req.valid('param'), ...context.req.valid('json') };
      return context.json(await takeBack(parts, context.var.principal, change), 200);
    },
  );
  api.openapi(get('/api/v1/features', 'The features of the schema'), (context) =>
    context.json(
      { features: listFeatures(context.var.principal).map(({ measure: _, ...rest }) => rest) },
      200,
    ),
  );
  api.openapi(
    createRoute({
      method: 'get',
      path: '/api/v1/features/{id}',
      request: { params: id },
      responses: answers('A feature'),
    }),
    async (context) => {
      const { feature, lineage, distribution } = await featureOf(
        parts,
        context.var.principal,
        context.req.valid('param').id,
      );
      const { measure: _, ...told } = feature;
      return context.json({ ...told, lineage, distribution: distribution.value }, 200);
    },
  );
  return api;
}

function plain({ id: name, kind, status, rule }: Detector) {
  if (rule === null) return { id: name, kind, status };
  const { category, weight, action, when, words, falsePositives, tests } = rule;
  return {
    id: name,
    kind,
    status,
    category,
    weight,
    action,
    when: when.text,
    words: words.template,
    falsePositives,
    tests,
  };
}
