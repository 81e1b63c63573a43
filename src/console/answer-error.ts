import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { apiError, isApi } from './api/error.ts';
import { chooseLanguage } from './choose-language.ts';
import type { Environment } from './environment.ts';
import { ERROR_STATUS, errorPage } from './look/error-page.ts';
import type { ConsoleParts } from './parts.ts';
import { REFUSAL_PAGE, REFUSAL_STATUS, Refusal } from './refusal.ts';

const FAILED = 'Something went wrong here; the log of the service says what.';

/** What anybody sees of an error: a refusal in its words; of a fault of ours nothing but that there was one. */
export function answerError(
  parts: Pick<ConsoleParts, 'log' | 'config'>,
  error: Error,
  context: Context<Environment>,
): Response | Promise<Response> {
  const { path } = context.req;
  if (error instanceof Refusal) {
    if (isApi(path)) return apiError(context, error.reason, error.message);
    return context.html(
      errorPage(viewerOf(parts, context), REFUSAL_PAGE[error.reason], error.message),
      REFUSAL_STATUS[error.reason],
    );
  }
  if (error instanceof HTTPException) {
    if (isApi(path)) return apiError(context, 'bad', error.message);
    return context.html(errorPage(viewerOf(parts, context), 'bad'), error.status);
  }
  parts.log.error({ event: 'console_error', path, err: error });
  if (isApi(path)) return apiError(context, 'failed', FAILED);
  return context.html(errorPage(viewerOf(parts, context), 'failed'), ERROR_STATUS.failed);
}

export function answerMissing(
  parts: Pick<ConsoleParts, 'config'>,
  context: Context<Environment>,
): Response | Promise<Response> {
  if (isApi(context.req.path)) return apiError(context, 'missing', 'There is no such operation.');
  return context.html(errorPage(viewerOf(parts, context), 'missing'), ERROR_STATUS.missing);
}

/** Before somebody is known there is a language only. */
function viewerOf(parts: Pick<ConsoleParts, 'config'>, context: Context<Environment>) {
  const { principal, language, formToken } = context.var as Partial<Environment['Variables']>;
  if (principal !== undefined && language !== undefined && formToken !== undefined)
    return { principal, language, formToken };
  return {
    language: chooseLanguage(context.req.header('accept-language'), parts.config().console.language),
  };
}
