import { Hono } from 'hono';
import { html } from 'hono/html';
import type { Environment } from '../environment.ts';
import { page } from '../look/layout.ts';
import type { ConsoleParts } from '../parts.ts';
import { wordsOf } from '../words/language.ts';

/** GET /: what happens now. */
export function nowPages(parts: ConsoleParts): Hono<Environment> {
  const routes = new Hono<Environment>();
  routes.get('/', async (context) => {
    const health = await parts.health();
    const title = wordsOf(context.var.language).frame.areas.now;
    const rows = Object.entries(health.checks).map(([name, state]) => html`<li>${name}: ${state}</li>`);
    return context.html(page({ viewer: context.var, area: 'now', title, body: html`<ul>${rows}</ul>` }));
  });
  return routes;
}
