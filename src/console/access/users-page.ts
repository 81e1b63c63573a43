import { html } from 'hono/html';
import type { Environment } from '../environment.ts';
import { confirmButton } from '../look/confirm-button.ts';
import { field, select } from '../look/fields.ts';
import { moment } from '../look/formats.ts';
import { type Markup, page } from '../look/layout.ts';
import { ROLES } from '../principal.ts';
import { wordsOf } from '../words/language.ts';
import { outcome, tabs, tokenField } from './frame.ts';
import type { User } from './users.ts';

type Viewer = Environment['Variables'];

export function usersPage(
  viewer: Viewer,
  users: readonly User[],
  query: Readonly<Record<string, string>>,
): Markup {
  const words = wordsOf(viewer.language).access.users;
  const body = html`${tabs(viewer, 'users')}${outcome(viewer, query)}
<div class="scroll"><table class="list stacks"><thead><tr><th>${words.name}</th><th>${words.role}</th><th>${words.domains}</th><th>${words.state}</th><th>${words.made}</th><th>${words.change}</th></tr></thead>
<tbody>${users.map((user, place) => row(viewer, user, place))}</tbody></table></div>
<section class="card"><h2>${words.add}</h2><form class="form" method="post" action="/access/users">${tokenField(viewer)}
${field({ label: words.name, name: 'name', required: true, autocomplete: 'off' })}
${field({ label: words.password, name: 'password', type: 'password', required: true, autocomplete: 'new-password', hint: words.passwordHint })}
${gradeFields(viewer, 'new', null)}
<div class="actions"><button class="primary">${words.addSubmit}</button></div></form></section>`;
  return page({ viewer, area: 'access', title: words.title, lead: words.lead, body });
}

function row(viewer: Viewer, user: User, place: number): Markup {
  const { language, principal } = viewer;
  const words = wordsOf(language).access.users;
  const { roles } = wordsOf(language).frame;
  const state = user.isDisabled
    ? html`<span class="badge bad">${words.disabled}</span>`
    : html`<span class="badge good">${words.enabled}</span>`;
  return html`<tr><td data-label="${words.name}"><strong class="wrap">${user.name}</strong>${user.name === principal.name ? html` <span class="muted">(${words.you})</span>` : ''}</td>
<td data-label="${words.role}">${roles[user.role]}</td><td class="wrap" data-label="${words.domains}">${user.address ?? user.domains?.join(', ') ?? words.none}</td>
<td data-label="${words.state}">${state}</td><td data-label="${words.made}">${moment(user.createdAt, language)} <span class="muted">${words.by(user.createdBy)}</span></td>
<td><details class="more"><summary>${words.change}</summary>${changes(viewer, user, place)}</details></td></tr>`;
}

function changes(viewer: Viewer, user: User, place: number): Markup {
  const words = wordsOf(viewer.language).access.users;
  const path = `/access/users/${encodeURIComponent(user.name)}`;
  const { button, dialog } = confirmButton({
    language: viewer.language,
    id: `remove-${place}`,
    label: words.remove,
    question: words.removeQuestion(user.name),
    explanation: words.removeText,
  });
  const own =
    user.identity !== null
      ? html`<p class="muted">${words.elsewhere}</p>`
      : html`<form class="form" method="post" action="${path}/role">${tokenField(viewer)}${gradeFields(viewer, String(place), user)}<div class="actions"><button>${words.save}</button></div></form>
<form class="form" method="post" action="${path}/password">${tokenField(viewer)}${field({ label: words.newPassword, name: 'password', id: `password-${place}`, type: 'password', required: true, autocomplete: 'new-password', hint: words.passwordHint })}<div class="actions"><button>${words.newPassword}</button></div></form>`;
  return html`<div class="stack">${own}<div class="actions"><form method="post" action="${path}/${user.isDisabled ? 'enable' : 'disable'}">${tokenField(viewer)}<button>${user.isDisabled ? words.enable : words.disable}</button></form>
<form method="post" action="${path}/remove">${tokenField(viewer)}${button}</form>${dialog}</div></div>`;
}

function gradeFields({ language }: Viewer, id: string, user: User | null): Markup {
  const words = wordsOf(language).access.users;
  const { roles } = wordsOf(language).frame;
  return html`${select({ label: words.role, name: 'role', id: `role-${id}`, value: user?.role ?? 'viewer', choices: ROLES.map((role) => ({ value: role, words: roles[role] })) })}
${field({ label: words.domains, name: 'domains', id: `domains-${id}`, value: user?.domains?.join(', ') ?? '', hint: words.domainsHint })}
${field({ label: words.address, name: 'address', id: `address-${id}`, type: 'email', value: user?.address ?? '', hint: words.addressHint })}`;
}
