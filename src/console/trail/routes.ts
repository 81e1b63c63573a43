import { Hono } from 'hono';
import type { Environment } from '../environment.ts';
import type { ConsoleParts } from '../parts.ts';
import { trailOf } from './operations.ts';
import { type TrailFields, trailPage } from './page.ts';

const DAY_MS = 86_400_000;

/** GET /trail: who changed what. */
export function trailPages(parts: ConsoleParts): Hono<Environment> {
  const routes = new Hono<Environment>();
  routes.get('/trail', async (context) => {
    const { actor = '', action = '', subject = '', since = '', until = '' } = context.req.query();
    const fields: TrailFields = { actor, action, subject, since, until };
    const [from, last] = [dayOf(since), dayOf(until)];
    if (from === null || last === null) return context.html(trailPage(context.var, fields, null), 400);
    const records = await trailOf(parts, context.var.principal, {
      actor: given(actor),
      action: given(action),
      subject: given(subject),
      since: from,
      until: last && new Date(last.getTime() + DAY_MS),
    });
    return context.html(trailPage(context.var, fields, records));
  });
  return routes;
}

function given(text: string): string | undefined {
  return text.trim() === '' ? undefined : text.trim();
}

/** Midnight, UTC; undefined for nothing given, null for no date. */
function dayOf(text: string): Date | undefined | null {
  if (text === '') return undefined;
  const at = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00:00Z`) : null;
  return at === null || Number.isNaN(at.getTime()) ? null : at;
}
