import { Hono } from 'hono';
import { z } from 'zod';
import { SAID } from '../../lab/cases/case.ts';
import type { Environment } from '../environment.ts';
import type { ConsoleParts } from '../parts.ts';
import { scopeOf } from '../principal.ts';
import { Refusal } from '../refusal.ts';
import { casePage, casesPage } from './case-pages.ts';
import { caseOf, closeCase, listCases, openCase, reopenCase } from './cases.ts';
import { decisionOf } from './decision.ts';
import { decisionPage } from './decision-page.ts';
import { mistakenPage } from './mistaken-page.ts';
import { type EfficacyQuery, efficacy, mistaken } from './operations.ts';
import { overviewPage } from './overview-page.ts';
import { caseState, efficacyParameters, mistakenParameters } from './parameters.ts';

const PAGE_ERRORS = 50;

const opening = z.object({ decision: z.string(), is: z.enum(SAID), reason: z.string() });

/** /efficacy, its lists, /cases and /decisions. */
export function efficacyPages(parts: ConsoleParts): Hono<Environment> {
  const routes = new Hono<Environment>();
  routes.get('/efficacy', async (context) => {
    const { principal } = context.var;
    const query: EfficacyQuery = parsed(efficacyParameters, context.req.query());
    return context.html(overviewPage(context.var, query, await efficacy(parts, principal, query)));
  });
  for (const kind of ['wrong', 'missed'] as const)
    routes.get(`/efficacy/${kind}`, async (context) => {
      const query = { ...parsed(mistakenParameters, context.req.query()), kind, limit: PAGE_ERRORS };
      return context.html(
        mistakenPage(context.var, query, await mistaken(parts, context.var.principal, query)),
      );
    });
  routes.get('/decisions/:id', async (context) => {
    const { principal } = context.var;
    const known = await decisionOf(parts, principal, context.req.param('id'));
    const held = await parts.quarantine.get(known.record.id, scopeOf(principal));
    return context.html(decisionPage(context.var, known, held !== null));
  });
  addCases(routes, parts);
  return routes;
}

function addCases(routes: Hono<Environment>, parts: ConsoleParts): void {
  routes.get('/cases', async (context) => {
    const state = parsed(caseState, context.req.query('state'));
    return context.html(
      casesPage(context.var, await listCases(parts, context.var.principal, state), state ?? ''),
    );
  });
  routes.post('/cases', async (context) => {
    const { decision, is, reason } = parsed(opening, await context.req.parseBody());
    const made = await openCase(parts, context.var.principal, { decisionId: decision, is, reason });
    return context.redirect(`/cases/${made.caseId}`, 303);
  });
  routes.get('/cases/:id', async (context) =>
    context.html(casePage(context.var, await caseOf(parts, context.var.principal, context.req.param('id')))),
  );
  for (const [verb, act] of [
    ['close', closeCase],
    ['reopen', reopenCase],
  ] as const)
    routes.post(`/cases/:id/${verb}`, async (context) => {
      const { reason } = parsed(z.object({ reason: z.string() }), await context.req.parseBody());
      const { caseId } = await act(parts, context.var.principal, context.req.param('id'), reason);
      return context.redirect(`/cases/${caseId}`, 303);
    });
}

/** What a request says, or a Refusal that names what is wrong with it. */
export function parsed<T>(schema: z.ZodType<T>, given: unknown): T {
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new Refusal('bad', problems.join('; '));
}
