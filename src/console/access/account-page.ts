import { html } from 'hono/html';
import type { Environment } from '../environment.ts';
import { field, select } from '../look/fields.ts';
import { moment } from '../look/formats.ts';
import { type Markup, page } from '../look/layout.ts';
import { wordsOf } from '../words/language.ts';
import { outcome, tabs, tokenField } from './frame.ts';
import type { SessionRow } from './sessions.ts';
import type { User } from './users.ts';

export interface Account {
  readonly user: User;
  readonly sessions: readonly SessionRow[];
  /** As it is kept; null for none. */
  readonly current: string | null;
}

export function accountPage(
  viewer: Environment['Variables'],
  { user, sessions, current }: Account,
  query: Readonly<Record<string, string>>,
): Markup {
  const { language } = viewer;
  const words = wordsOf(language).access.account;
  const password =
    user.identity !== null
      ? html`<p>${words.elsewhere}</p>`
      : html`<form class="form" method="post" action="/account/password">${tokenField(viewer)}<input type="hidden" name="name" autocomplete="username" value="${user.name}">
${field({ label: words.current, name: 'current', type: 'password', required: true, autocomplete: 'current-password' })}${field({ label: words.next, name: 'next', type: 'password', required: true, autocomplete: 'new-password' })}<div class="actions"><button>${words.change}</button></div></form>`;
  const choices = [
    { value: '', words: words.browser },
    { value: 'en', words: words.english },
    { value: 'de', words: words.german },
  ];
  const rows = sessions.map(
    ({ id, createdAt, seenAt, client }) =>
      html`<tr><td data-label="${words.since}">${moment(createdAt, language)}</td><td data-label="${words.seen}">${moment(seenAt, language)}</td><td data-label="${words.client}">${client}${id === current ? html` <span class="muted">(${words.thisOne})</span>` : ''}</td></tr>`,
  );
  const body = html`${tabs(viewer, 'account')}${outcome(viewer, query)}<div class="cards">
<section class="card"><h2>${words.password}</h2>${password}</section>
<section class="card"><h2>${words.language}</h2><form class="form" method="post" action="/account/language">${tokenField(viewer)}${select({ label: words.language, name: 'language', value: user.language ?? '', choices })}<div class="actions"><button>${words.save}</button></div></form></section>
<section class="card wide"><h2>${words.sessions}</h2><div class="scroll"><table class="list stacks"><thead><tr><th>${words.since}</th><th>${words.seen}</th><th>${words.client}</th></tr></thead><tbody>${rows}</tbody></table></div>
<form method="post" action="/account/sign-out-everywhere">${tokenField(viewer)}<div class="actions"><button class="danger">${words.everywhere}</button></div></form></section></div>`;
  return page({ viewer, area: null, title: words.title, body });
}
