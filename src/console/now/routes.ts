import { Hono } from 'hono';
import type { Environment } from '../environment.ts';
import type { ConsoleParts } from '../parts.ts';
import { hasRole } from '../principal.ts';
import { nowChanges, nowView } from './operations.ts';
import { liveParts, nowPage } from './page.ts';

/** GET /: what happens now; GET /now/live: the part of it that comes again and again. */
export function nowPages(parts: ConsoleParts): Hono<Environment> {
  const routes = new Hono<Environment>();
  routes.get('/', async (context) => {
    const { principal } = context.var;
    if (!hasRole(principal, 'viewer')) return context.redirect('/own');
    const [view, changes] = await Promise.all([nowView(parts, principal), nowChanges(parts, principal)]);
    return context.html(nowPage(context.var, view, changes));
  });
  routes.get('/now/live', async (context) => {
    const { principal, language } = context.var;
    return context.html(liveParts(language, await nowView(parts, principal)));
  });
  return routes;
}
