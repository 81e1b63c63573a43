import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { SAID } from '../../lab/cases/case.ts';
import { newApi } from '../api/api.ts';
import { API_ERRORS } from '../api/error.ts';
import type { Environment } from '../environment.ts';
import type { ConsoleParts } from '../parts.ts';
import { caseOf, closeCase, listCases, openCase, reopenCase } from './cases.ts';
import { decisionOf } from './decision.ts';
import { efficacy, MOST_MISTAKEN, mistaken } from './operations.ts';
import { caseState, efficacyParameters, mistakenParameters } from './parameters.ts';

const anyJson = z.unknown().openapi({ type: 'object' });
const id = z.object({ id: z.string() });
const reason = z.object({ reason: z.string() });

/** A successful answer with what went wrong beside it. */
export function answers(description: string) {
  return {
    200: { description, content: { 'application/json': { schema: anyJson } } },
    ...API_ERRORS,
  } as const;
}

/** /api/v1/efficacy, /api/v1/decisions and /api/v1/cases: what the pages do. */
export function efficacyApi(parts: ConsoleParts): OpenAPIHono<Environment> {
  const api = newApi();
  api.openapi(
    createRoute({
      method: 'get',
      path: '/api/v1/efficacy',
      summary: 'Caught, wrong and missed, with 95 % intervals (Wilson), of the mail in scope',
      request: { query: efficacyParameters },
      responses: answers('Totals, and by category, domain, detector and day'),
    }),
    async (context) => {
      const { at, value } = await efficacy(parts, context.var.principal, context.req.valid('query'));
      return context.json({ computedAt: at.toISOString(), ...value }, 200);
    },
  );
  for (const kind of ['wrong', 'missed'] as const)
    api.openapi(
      createRoute({
        method: 'get',
        path: `/api/v1/efficacy/${kind}`,
        summary: `Messages that people call ${kind === 'wrong' ? 'legitimate and we treated' : 'unwanted and we delivered'}`,
        request: { query: mistakenParameters },
        responses: answers('A page of messages, latest first'),
      }),
      async (context) => {
        const query = { ...context.req.valid('query'), kind, limit: MOST_MISTAKEN };
        const { at, value } = await mistaken(parts, context.var.principal, query);
        return context.json({ computedAt: at.toISOString(), ...value }, 200);
      },
    );
  api.openapi(
    createRoute({
      method: 'get',
      path: '/api/v1/decisions/{id}',
      summary: 'A decision of the ledger, and what people say of it',
      request: { params: id },
      responses: answers('The decision'),
    }),
    async (context) => {
      const { record, feedback } = await decisionOf(
        parts,
        context.var.principal,
        context.req.valid('param').id,
      );
      return context.json({ decision: record, feedback }, 200);
    },
  );
  addCases(api, parts);
  return api;
}

function addCases(api: OpenAPIHono<Environment>, parts: ConsoleParts): void {
  api.openapi(
    createRoute({
      method: 'get',
      path: '/api/v1/cases',
      summary: 'Cases in scope, latest first; without a state those that are not closed',
      request: { query: z.object({ state: caseState }) },
      responses: answers('Cases'),
    }),
    async (context) => {
      const { state } = context.req.valid('query');
      return context.json({ cases: await listCases(parts, context.var.principal, state) }, 200);
    },
  );
  api.openapi(
    createRoute({
      method: 'get',
      path: '/api/v1/cases/{id}',
      summary: 'A case with its history',
      request: { params: id },
      responses: answers('The case'),
    }),
    async (context) =>
      context.json(await caseOf(parts, context.var.principal, context.req.valid('param').id), 200),
  );
  api.openapi(
    createRoute({
      method: 'post',
      path: '/api/v1/cases',
      summary: 'Opens a case about a decision',
      request: { body: bodyOf(z.object({ decisionId: z.string(), is: z.enum(SAID), reason: z.string() })) },
      responses: answers('The case'),
    }),
    async (context) =>
      context.json(await openCase(parts, context.var.principal, context.req.valid('json')), 200),
  );
  for (const [verb, act] of [
    ['close', closeCase],
    ['reopen', reopenCase],
  ] as const)
    api.openapi(
      createRoute({
        method: 'post',
        path: `/api/v1/cases/{id}/${verb}`,
        summary: verb === 'close' ? 'Closes a case' : 'Opens a closed case again',
        request: { params: id, body: bodyOf(reason) },
        responses: answers('The case'),
      }),
      async (context) => {
        const words = context.req.valid('json').reason;
        return context.json(
          await act(parts, context.var.principal, context.req.valid('param').id, words),
          200,
        );
      },
    );
}

/** A body that must be there, as JSON. */
export function bodyOf<T extends z.ZodType>(schema: T) {
  return { required: true, content: { 'application/json': { schema } } };
}
