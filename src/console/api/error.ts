import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { REFUSAL_STATUS, type RefusalReason } from '../refusal.ts';

/** Beside the refusals: nobody known, and a fault of ours. */
export type ApiErrorCode = RefusalReason | 'unknown' | 'failed';

const STATUS = { ...REFUSAL_STATUS, unknown: 401, failed: 500 } as const;

/** The body of every answer that is no success. */
export const apiErrorSchema = z
  .object({ error: z.object({ code: z.string(), message: z.string() }) })
  .openapi('Error');

/** For the `responses` of a route: what it may answer beside success. */
export const API_ERRORS = {
  400: { description: 'Not understood', content: { 'application/json': { schema: apiErrorSchema } } },
  401: {
    description: 'No token, or none that is known',
    content: { 'application/json': { schema: apiErrorSchema } },
  },
  403: {
    description: 'Not for this role or these domains',
    content: { 'application/json': { schema: apiErrorSchema } },
  },
  404: {
    description: 'Not there, or not in scope',
    content: { 'application/json': { schema: apiErrorSchema } },
  },
  409: {
    description: 'In another state by now',
    content: { 'application/json': { schema: apiErrorSchema } },
  },
  429: {
    description: 'Too often; Retry-After says when again',
    content: { 'application/json': { schema: apiErrorSchema } },
  },
} as const;

/** `{"error": {"code", "message"}}` with the status of the code. */
export function apiError(context: Context, code: ApiErrorCode, message: string) {
  return context.json({ error: { code, message } }, STATUS[code]);
}

export function isApi(path: string): boolean {
  return path.startsWith('/api/');
}
