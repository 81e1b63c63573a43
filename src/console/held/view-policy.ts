import { createMiddleware } from 'hono/factory';
import { VIEW_POLICY } from './safe-html.ts';

/** Around the headers of the whole console, which are set last but for this: the safe view gets less than a page. */
export const viewPolicy = createMiddleware(async (context, next) => {
  await next();
  context.res.headers.set('content-security-policy', VIEW_POLICY);
});
