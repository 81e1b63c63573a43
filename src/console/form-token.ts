import { timingSafeEqual } from 'node:crypto';
import { createMiddleware } from 'hono/factory';
import { apiError, isApi } from './api/error.ts';
import type { Environment } from './environment.ts';
import { errorPage } from './look/error-page.ts';
import { english } from './words/en.ts';
import { wordsOf } from './words/language.ts';

/** The header for requests by script; forms have the field `token`. */
const HEADER = 'x-form-token';
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/** A change by a session needs the session's form token, which pages of other sites do not know; a bearer token is one itself. */
export const checkFormToken = createMiddleware<Environment>(async (context, next) => {
  const expected = context.get('formToken');
  if (!SAFE.has(context.req.method) && expected !== '') {
    const given = context.req.header(HEADER) ?? (await fieldOf(context.req.raw.clone()));
    if (!isSame(given, expected)) {
      if (isApi(context.req.path)) return apiError(context, 'forbidden', english.access.problems.oldForm);
      const { oldForm } = wordsOf(context.var.language).access.problems;
      return context.html(errorPage(context.var, 'forbidden', oldForm), 403);
    }
  }
  return await next();
});

async function fieldOf(request: Request): Promise<string> {
  const type = request.headers.get('content-type') ?? '';
  if (!/^(application\/x-www-form-urlencoded|multipart\/form-data)\b/i.test(type)) return '';
  const value = (await request.formData()).get('token');
  return typeof value === 'string' ? value : '';
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
