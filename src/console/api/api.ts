import { OpenAPIHono } from '@hono/zod-openapi';
import { version } from '../../version.ts';
import type { Environment } from '../environment.ts';
import { apiError } from './error.ts';

/** Where the document about the API is. */
export const DOCUMENT_PATH = '/api/v1/openapi.json';

/**
 * An empty API: each area makes one (`newApi()`), adds its routes by `createRoute`, and is mounted in app.ts. What does not fit its
 * schema is answered in one shape everywhere.
 */
export function newApi(): OpenAPIHono<Environment> {
  return new OpenAPIHono<Environment>({
    defaultHook: (result, context) => {
      if (result.success) return undefined;
      const problems = result.error.issues.map(
        ({ path, message }) => `${path.length === 0 ? 'body' : path.join('.')}: ${message}`,
      );
      return apiError(context, 'bad', problems.join('; '));
    },
  });
}

/** All areas' APIs as one, with the document about them (OpenAPI 3.1) at DOCUMENT_PATH. */
export function wholeApi(areas: readonly OpenAPIHono<Environment>[]): OpenAPIHono<Environment> {
  const api = newApi();
  for (const area of areas) api.route('/', area);
  api.openAPIRegistry.registerComponent('securitySchemes', 'token', {
    type: 'http',
    scheme: 'bearer',
    description: 'A token of the page Tokens, or of `POST /api/v1/tokens`.',
  });
  api.doc31(DOCUMENT_PATH, {
    openapi: '3.1.0',
    info: {
      title: 'Postern',
      version: version(),
      description:
        'What the console does, for scripts. Each request carries a token: `Authorization: Bearer …`.',
    },
    security: [{ token: [] }],
  });
  return api;
}
