import { html } from 'hono/html';
import type { Environment } from '../environment.ts';
import type { Markup } from '../look/layout.ts';
import { hasRole } from '../principal.ts';
import { wordsOf } from '../words/language.ts';
import { isAccessProblem } from './problem.ts';

type Viewer = Environment['Variables'];
export type Tab = 'users' | 'tokens' | 'account';

const TABS = [
  { name: 'users', path: '/access', least: 'admin' },
  { name: 'tokens', path: '/tokens', least: 'viewer' },
  { name: 'account', path: '/account', least: 'recipient' },
] as const;

/** Links between users, tokens and the own account, as far as the viewer has them. */
export function tabs(viewer: Viewer, current: Tab): Markup {
  const words = wordsOf(viewer.language).access.tabs;
  const links = TABS.filter(({ least }) => hasRole(viewer.principal, least)).map(
    ({ name, path }) =>
      html`<a class="chip${name === current ? ' on' : ''}" href="${path}" ${name === current ? html`aria-current="page"` : ''}>${words[name]}</a>`,
  );
  return html`<nav class="chips" aria-label="${words[current]}">${links}</nav>`;
}

/** What became of the form before, by the query: `?done` or `?problem=taken`. */
export function outcome({ language }: Viewer, query: Readonly<Record<string, string>>): Markup | string {
  const words = wordsOf(language).access;
  const { problem } = query;
  if (problem !== undefined && isAccessProblem(problem))
    return html`<p class="note error" role="alert">${words.problems[problem]}</p>`;
  return query.done === undefined ? '' : html`<p class="note good" role="status">${words.done}</p>`;
}

export function tokenField({ formToken }: Viewer): Markup {
  return html`<input type="hidden" name="token" value="${formToken}">`;
}
