import { html } from 'hono/html';
import { CATEGORIES } from '../../detect/category.ts';
import type { Held, HeldPage } from '../../quarantine/quarantine.ts';
import type { Environment } from '../environment.ts';
import { confirmButton } from '../look/confirm-button.ts';
import { emptyState } from '../look/empty-state.ts';
import { field, select, tokenField } from '../look/fields.ts';
import { formatsOf, moment } from '../look/formats.ts';
import { type Markup, page } from '../look/layout.ts';
import { pager } from '../look/pager.ts';
import { hasRole } from '../principal.ts';
import { wordsOf } from '../words/language.ts';
import type { Done } from './act.ts';
import { type HeldParameters, heldPath } from './query.ts';

type Viewer = Environment['Variables'];

/** Characters of a sender's text in a list: the whole is on the page of the message. */
const SHOWN = 160;

/** The sender's text for a cell: bounded, without what reorders or hides. */
export function shown(text: string, most = SHOWN): string {
  const clean = text.slice(0, 4 * most).replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '�');
  return clean.length > most ? `${clean.slice(0, most)}…` : clean;
}

export function listPage(viewer: Viewer, parameters: HeldParameters, found: HeldPage): Markup {
  const words = wordsOf(viewer.language).held;
  const { cursor: _, ...first } = parameters;
  const isAnalyst = hasRole(viewer.principal, 'analyst');
  const exporting = isAnalyst
    ? html`<a class="button" href="${heldPath(first, '/held/export.csv')}">${words.export}</a>`
    : html``;
  const remove = confirmButton({
    language: viewer.language,
    id: 'delete-selected',
    label: words.delete,
    question: words.deleteQuestion,
    explanation: words.deleteText,
    name: 'action',
    value: 'delete',
  });
  const bulk = html`<div class="actions"><button name="action" value="release" class="primary">${words.release}</button><button name="action" value="releaseWrong">${words.releaseWrong}</button>${remove.button}</div>`;
  const list = html`<form method="post" action="/held">${tokenField(viewer.formToken)}${heldTable(viewer, found.rows, isAnalyst)}${isAnalyst ? html`${field({ label: words.reason, name: 'reason' })}${bulk}` : ''}${remove.dialog}</form>`;
  const body = html`${filters(viewer, parameters)}${found.rows.length === 0 ? emptyState(words.nothing, words.nothingText) : list}
${pager({
  language: viewer.language,
  shown: found.rows.length,
  total: found.total,
  more: found.more,
  next: found.next === null ? null : heldPath({ ...first, cursor: found.next }),
  first: parameters.cursor === undefined ? null : heldPath(first),
})}`;
  return page({
    viewer,
    area: 'held',
    title: wordsOf(viewer.language).frame.areas.held,
    lead: words.lead,
    actions: exporting,
    body,
  });
}

function filters({ language }: Viewer, parameters: HeldParameters): Markup {
  const words = wordsOf(language).held;
  const text = (name: 'text' | 'sender' | 'recipient', type: 'search' | 'text') =>
    field({ label: words[name], name, type, value: parameters[name] ?? '', grow: name === 'text' });
  const score = (name: 'minScore' | 'maxScore') =>
    field({
      label: words[name],
      name,
      type: 'number',
      min: 0,
      max: 1,
      step: 'any',
      value: String(parameters[name] ?? ''),
    });
  const day = (name: 'since' | 'until') =>
    field({ label: words[name], name, type: 'date', value: parameters[name] ?? '' });
  const any = { value: '', words: words.any };
  const states = (['held', 'released', 'deleted', 'expired'] as const).map((value) => ({
    value,
    words: words.states[value],
  }));
  const sorts = (['heldAt', 'score', 'from', 'subject', 'size'] as const).map((value) => ({
    value,
    words: words.sorts[value],
  }));
  const likeness =
    parameters.likeness === undefined
      ? ''
      : html`<input type="hidden" name="likeness" value="${parameters.likeness}">`;
  return html`<form class="filters" method="get" action="/held">${likeness}${text('text', 'search')}${text('sender', 'text')}${text('recipient', 'text')}
${select({ label: words.category, name: 'category', value: parameters.category ?? '', choices: [any, ...[...CATEGORIES, 'none'].map((value) => ({ value, words: value }))] })}
${select({ label: words.state, name: 'state', value: parameters.state ?? 'held', choices: [...states, { value: 'all', words: words.all }] })}
${day('since')}${day('until')}${score('minScore')}${score('maxScore')}
${select({ label: words.sortBy, name: 'sort', value: parameters.sort ?? 'heldAt', choices: sorts })}
<label><input type="checkbox" name="ascending" value="1"${parameters.ascending ? html` checked` : ''}> ${words.ascending}</label>
<button class="primary">${words.filter}</button><a class="button" href="/held">${words.reset}</a></form>`;
}

/** Rows of held mail; boxes to select them where something can be done. */
export function heldTable({ language }: Viewer, rows: readonly Held[], boxes: boolean): Markup {
  const words = wordsOf(language).held;
  const formats = formatsOf(language);
  const lines = rows.map((held) => {
    const subject = shown(held.subject) || words.noSubject;
    return html`<tr data-row>${boxes ? html`<td><input type="checkbox" name="id" value="${held.id}" aria-label="${words.select(subject)}"></td>` : ''}<td class="nowrap">${moment(held.heldAt, language)}</td><td class="wrap"><bdi>${shown(held.from)}</bdi></td><td class="wrap"><a href="/held/${held.id}"><bdi>${subject}</bdi></a></td><td class="wrap">${shown(held.recipients.join(', '))}</td><td class="nowrap">${held.category}</td><td class="number">${formats.decimal(held.score, 3)}</td><td><span class="badge ${held.state}">${words.states[held.state]}</span></td></tr>`;
  });
  const head = [
    words.at,
    words.from,
    words.subject,
    words.recipients,
    words.category,
    words.score,
    words.state,
  ];
  return html`<div class="scroll" tabindex="0"><table class="list" data-keys><thead><tr>${boxes ? html`<th scope="col"><input type="checkbox" data-all aria-label="${words.selectAll}"></th>` : ''}${head.map((text) => html`<th scope="col">${text}</th>`)}</tr></thead><tbody>${lines}</tbody></table></div>`;
}

/** What became of each message of a click. */
export function resultsPage(viewer: Viewer, results: readonly Done[]): Markup {
  const words = wordsOf(viewer.language).held;
  const lines = results.map(
    ({ id, done, words: said }) =>
      html`<tr><td class="mono"><a href="/held/${id}">${id}</a></td><td>${done ? words.done : words.notDone}</td><td class="wrap">${shown(said, 500)}</td></tr>`,
  );
  const isGood = results.every(({ done }) => done);
  const count = `${results.filter(({ done }) => done).length} / ${results.length}`;
  const body = html`<p class="note ${isGood ? 'good' : 'error'}">${words.done}: ${count}</p><div class="scroll" tabindex="0"><table class="list"><tbody>${lines}</tbody></table></div><p class="actions"><a class="button" href="/held">${words.again}</a></p>`;
  return page({ viewer, area: 'held', title: words.results, body });
}
