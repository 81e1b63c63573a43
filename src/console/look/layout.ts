import { html } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';
import type { Environment } from '../environment.ts';
import { hasRole } from '../principal.ts';
import { wordsOf } from '../words/language.ts';
import { AREAS, type AreaName } from './areas.ts';

export type Markup = HtmlEscapedString | Promise<HtmlEscapedString>;

export interface PageOptions {
  /** Who looks, and in which language. */
  readonly viewer: Environment['Variables'];
  readonly area: AreaName;
  readonly title: string;
  readonly body: Markup;
}

/** A whole page: head, navigation by what the viewer may see, and the body. */
export function page({ viewer, area, title, body }: PageOptions): Markup {
  const { principal, language, formToken } = viewer;
  const words = wordsOf(language).frame;
  const areas = AREAS.filter(
    ({ least, most }) => hasRole(principal, least) && !(most && hasRole(principal, most)),
  );
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · ${words.product}</title>
<link rel="stylesheet" href="/assets/console.css">
<script src="/assets/htmx.js" defer></script>
<script src="/assets/console.js" defer></script>
</head>
<body>
<a class="skip" href="#content">${words.skip}</a>
<header class="bar">
<strong class="product">${words.product}</strong>
<nav>${areas.map(({ name, path }) => html`<a href="${path}" ${name === area ? html`aria-current="page"` : ''}>${words.areas[name]}</a>`)}</nav>
<form method="post" action="/sign-out"><input type="hidden" name="token" value="${formToken}"><span>${principal.name}</span> <button>${words.signOut}</button></form>
</header>
<main id="content"><h1>${title}</h1>${body}</main>
</body>
</html>`;
}
