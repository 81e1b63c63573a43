import { html } from 'hono/html';
import type { Environment } from '../environment.ts';
import { type Language, wordsOf } from '../words/language.ts';
import { type Markup, page, plainPage } from './layout.ts';

export type ErrorKind = 'forbidden' | 'missing' | 'failed' | 'bad';

export const ERROR_STATUS = { forbidden: 403, missing: 404, failed: 500, bad: 400 } as const;

/** A page that says in words why nothing is shown; `detail` instead of the usual sentence where more is known. */
export function errorPage(
  viewer: Environment['Variables'] | { readonly language: Language },
  kind: ErrorKind,
  detail?: string,
): Markup {
  const { errors } = wordsOf(viewer.language).frame;
  const { title, text } = errors[kind];
  const body = html`<div class="card"><p>${detail ?? text}</p><p class="actions"><a class="button" href="/">${errors.back}</a></p></div>`;
  return 'principal' in viewer
    ? page({ viewer, area: null, title, body })
    : plainPage({ language: viewer.language, title, body });
}
