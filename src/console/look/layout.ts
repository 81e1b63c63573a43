import { html } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';
import type { Environment } from '../environment.ts';
import { hasRole } from '../principal.ts';
import { type Language, wordsOf } from '../words/language.ts';
import { AREAS, type AreaName } from './areas.ts';
import { documentOf } from './head.ts';
import { keysDialog } from './keys.ts';
import { wordmark } from './wordmark.ts';

export type Markup = HtmlEscapedString | Promise<HtmlEscapedString>;

export interface PageOptions {
  /** Who looks, and in which language. */
  readonly viewer: Environment['Variables'];
  /** Whose link is marked; null for none. */
  readonly area: AreaName | null;
  readonly title: string;
  /** A sentence under the heading: what this page is for. */
  readonly lead?: string | Markup;
  /** Buttons beside the heading. */
  readonly actions?: Markup;
  readonly body: Markup;
}

/** A whole page: head, navigation by what the viewer may see, and the body. */
export function page({ viewer, area, title, lead, actions, body }: PageOptions): Markup {
  const { language, formToken } = viewer;
  const words = wordsOf(language).frame;
  const whole = html`<a class="skip" href="#content">${words.skip}</a>
<header class="bar">
<a class="product" href="/">${wordmark(words.product)}</a>
${navigation(viewer, area)}
${personMenu(viewer)}
</header>
<main id="content">
<div class="page-head"><h1>${title}</h1>${actions === undefined ? '' : html`<div class="actions">${actions}</div>`}</div>
${lead === undefined ? '' : html`<p class="lead">${lead}</p>`}
${body}
</main>
<div class="toasts" role="status" aria-live="polite" data-copied="${words.copied}"></div>
${keysDialog(language)}`;
  return documentOf(language, title, whole, formToken);
}

/** A page for somebody not signed in, or with one thing to do: no navigation, one narrow column. */
export function plainPage(options: {
  readonly language: Language;
  readonly title: string;
  readonly body: Markup;
}): Markup {
  const { language, title, body } = options;
  const words = wordsOf(language).frame;
  const whole = html`<header class="bar"><span class="product">${wordmark(words.product)}</span></header>
<main id="content" class="narrow"><h1>${title}</h1>${body}</main>`;
  return documentOf(language, title, whole);
}

function navigation({ principal, language }: Environment['Variables'], area: AreaName | null): Markup {
  const words = wordsOf(language).frame;
  const links = AREAS.filter(
    ({ least, most }) => hasRole(principal, least) && !(most && hasRole(principal, most)),
  ).map(
    ({ name, path }) =>
      html`<a href="${path}" ${name === area ? html`aria-current="page"` : ''}>${words.areas[name]}</a>`,
  );
  return html`<nav aria-label="${words.pages}">${links}</nav>`;
}

function personMenu({ principal, language, formToken }: Environment['Variables']): Markup {
  const words = wordsOf(language).frame;
  const { tabs } = wordsOf(language).access;
  const sees = principal.address ?? principal.domains?.join(', ') ?? words.allDomains;
  return html`<details class="menu"><summary><span class="avatar" aria-hidden="true">${principal.name.slice(0, 1)}</span><span class="name">${principal.name}</span></summary>
<div><p class="wrap"><strong>${principal.name}</strong><br><span class="muted">${words.roles[principal.role]} · ${sees}</span></p>
${hasRole(principal, 'viewer') ? html`<p><a href="/tokens">${tabs.tokens}</a></p>` : ''}<p><a href="/account">${tabs.account}</a></p>
<form method="post" action="/sign-out"><input type="hidden" name="token" value="${formToken}"><button>${words.signOut}</button></form></div></details>`;
}
