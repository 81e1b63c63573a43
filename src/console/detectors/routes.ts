import { Hono } from 'hono';
import { z } from 'zod';
import { parsed } from '../efficacy/routes.ts';
import type { Environment } from '../environment.ts';
import type { ConsoleParts } from '../parts.ts';
import { detectorPage, featurePage } from './detail-pages.ts';
import { featureOf, listFeatures } from './features.ts';
import { detectorsPage, featuresPage } from './list-pages.ts';
import { detectorOf, listDetectors, promote, takeBack } from './operations.ts';

const changing = z.object({
  to: z.enum(['active', 'shadow', 'off', 'canary']),
  share: z.coerce.number().min(1).max(100).default(5),
  reason: z.string(),
});

/** /detectors and /features. */
export function detectorsPages(parts: ConsoleParts): Hono<Environment> {
  const routes = new Hono<Environment>();
  routes.get('/detectors', async (context) =>
    context.html(detectorsPage(context.var, await listDetectors(parts, context.var.principal))),
  );
  routes.get('/detectors/:id', async (context) => {
    const detail = await detectorOf(parts, context.var.principal, context.req.param('id'));
    return context.html(detectorPage(context.var, detail));
  });
  routes.post('/detectors/:id/status', async (context) => {
    const id = context.req.param('id');
    const { to, share, reason } = parsed(changing, await context.req.parseBody());
    await promote(parts, context.var.principal, {
      id,
      to: to === 'canary' ? `canary: ${share}%` : to,
      reason,
    });
    return context.redirect(`/detectors/${encodeURIComponent(id)}`, 303);
  });
  routes.post('/detectors/:id/back', async (context) => {
    const id = context.req.param('id');
    const { reason } = parsed(z.object({ reason: z.string() }), await context.req.parseBody());
    await takeBack(parts, context.var.principal, { id, reason });
    return context.redirect(`/detectors/${encodeURIComponent(id)}`, 303);
  });
  routes.get('/features', (context) =>
    context.html(featuresPage(context.var, listFeatures(context.var.principal))),
  );
  routes.get('/features/:name', async (context) => {
    const detail = await featureOf(parts, context.var.principal, context.req.param('name'));
    return context.html(featurePage(context.var, detail));
  });
  return routes;
}
