import { html } from 'hono/html';
import { DOCUMENT_PATH } from '../api/api.ts';
import type { Environment } from '../environment.ts';
import { emptyState } from '../look/empty-state.ts';
import { field, select } from '../look/fields.ts';
import { moment } from '../look/formats.ts';
import { type Markup, page } from '../look/layout.ts';
import { hasRole, ROLES } from '../principal.ts';
import { wordsOf } from '../words/language.ts';
import { outcome, tabs, tokenField } from './frame.ts';
import type { ApiToken } from './tokens.ts';

type Viewer = Environment['Variables'];

/** `made` is the token that was just made: this page alone has it. */
export function tokensPage(
  viewer: Viewer,
  tokens: readonly ApiToken[],
  { query, made = null }: { readonly query: Readonly<Record<string, string>>; readonly made?: string | null },
): Markup {
  const words = wordsOf(viewer.language).access.tokens;
  const shown =
    made === null
      ? ''
      : html`<div class="note good" role="status"><p>${words.shownOnce}</p><p><code class="mono wrap">${made}</code></p></div>`;
  const list =
    tokens.length === 0
      ? emptyState(words.none, words.noneText)
      : html`<div class="scroll"><table class="list stacks"><thead><tr><th>${words.name}</th><th>${words.owner}</th><th>${words.role}</th><th>${words.domains}</th><th>${words.ends}</th><th>${words.used}</th><th>${words.revoke}</th></tr></thead><tbody>${tokens.map((token) => row(viewer, token))}</tbody></table></div>`;
  const body = html`${tabs(viewer, 'tokens')}${outcome(viewer, query)}${shown}${list}${form(viewer)}`;
  return page({
    viewer,
    area: hasRole(viewer.principal, 'admin') ? 'access' : null,
    title: words.title,
    lead: words.lead,
    actions: html`<a class="button" href="${DOCUMENT_PATH}">${words.document}</a>`,
    body,
  });
}

function row(viewer: Viewer, token: ApiToken): Markup {
  const { language } = viewer;
  const { frame, access } = wordsOf(language);
  const words = access.tokens;
  const when = (at: Date | null) => (at === null ? words.never : moment(at, language));
  return html`<tr><td class="wrap" data-label="${words.name}"><strong>${token.name}</strong></td><td class="wrap" data-label="${words.owner}">${token.user}</td><td data-label="${words.role}">${frame.roles[token.role]}</td>
<td class="wrap" data-label="${words.domains}">${token.domains?.join(', ') ?? frame.allDomains}</td><td data-label="${words.ends}">${when(token.expiresAt)}</td><td data-label="${words.used}">${when(token.usedAt)}</td>
<td><form method="post" action="/tokens/${token.id}/revoke">${tokenField(viewer)}<button class="danger small">${words.revoke}</button></form></td></tr>`;
}

function form(viewer: Viewer): Markup {
  const { principal, language } = viewer;
  const { frame, access } = wordsOf(language);
  const words = access.tokens;
  const choices = ROLES.filter((role) => role !== 'recipient' && hasRole(principal, role)).map((role) => ({
    value: role,
    words: frame.roles[role],
  }));
  return html`<section class="card"><h2>${words.add}</h2><form class="form" method="post" action="/tokens">${tokenField(viewer)}
${field({ label: words.name, name: 'name', required: true, autocomplete: 'off' })}${select({ label: words.role, name: 'role', value: 'viewer', choices })}
${field({ label: words.domains, name: 'domains', hint: words.domainsHint })}${field({ label: words.days, name: 'days', type: 'number', min: 1, max: 3650, value: '90', hint: words.daysHint })}
<div class="actions"><button class="primary">${words.add}</button></div></form></section>`;
}
