import { html } from 'hono/html';
import { CATEGORIES } from '../../detect/category.ts';
import type { Held, HeldPage } from '../../quarantine/quarantine.ts';
import { categoryWords } from '../efficacy/figures.ts';
import type { Environment } from '../environment.ts';
import { confirmButton } from '../look/confirm-button.ts';
import { emptyState } from '../look/empty-state.ts';
import { field, select, tokenField } from '../look/fields.ts';
import { formatsOf, moment } from '../look/formats.ts';
import { type Markup, page } from '../look/layout.ts';
import { pager } from '../look/pager.ts';
import { hasRole } from '../principal.ts';
import { type Language, wordsOf } from '../words/language.ts';
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

export function listPage(
  viewer: Viewer,
  parameters: HeldParameters,
  found: HeldPage,
  asked: ReadonlySet<string> = new Set(),
): Markup {
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
  const bulk = html`<div class="actions"><button name="action" value="release" class="primary" data-key="r">${words.release}</button><button name="action" value="releaseWrong">${words.releaseWrong}</button>${remove.button}</div>`;
  const list = html`<form class="stack" method="post" action="/held">${tokenField(viewer.formToken)}${heldTable(viewer, found.rows, { boxes: isAnalyst, asked, parameters })}${isAnalyst ? html`<div class="filters held-bulk">${field({ label: words.reason, name: 'reason', grow: true })}${bulk}</div>` : ''}${remove.dialog}</form>`;
  const body = html`${filters(viewer, parameters)}<div id="held-list" class="stack">${found.rows.length === 0 ? emptyState(words.nothing, words.nothingText) : list}
${pager({
  language: viewer.language,
  shown: found.rows.length,
  total: found.total,
  more: found.more,
  next: found.next === null ? null : heldPath({ ...first, cursor: found.next }),
  first: parameters.cursor === undefined ? null : heldPath(first),
})}</div>`;
  return page({
    viewer,
    area: 'held',
    title: wordsOf(viewer.language).frame.areas.held,
    lead: words.lead,
    actions: exporting,
    body,
  });
}

/** What most people ask for; the rest is unfolded, and open where something of it holds. */
function filters({ language }: Viewer, parameters: HeldParameters): Markup {
  const words = wordsOf(language).held;
  const any = { value: '', words: words.any };
  const categories = [...CATEGORIES, 'none'].map((value) => ({
    value,
    words: categoryWords(value, language),
  }));
  const states = (['held', 'released', 'deleted', 'expired'] as const).map((value) => ({
    value,
    words: words.states[value],
  }));
  const { likeness, sort, ascending, text = '' } = parameters;
  const asked = html`<label class="choice"><input type="checkbox" name="asked" value="1"${parameters.asked === undefined ? '' : html` checked`}> ${words.askedOnly}</label>`;
  const kept = Object.entries({ likeness, sort, ascending }).map(([name, value]) =>
    value === undefined ? '' : html`<input type="hidden" name="${name}" value="${value}">`,
  );
  return html`<form class="filters" method="get" action="/held">${kept}
${field({ label: words.text, name: 'text', type: 'search', value: text, grow: true })}
${select({ label: words.category, name: 'category', value: parameters.category ?? '', choices: [any, ...categories] })}
${select({ label: words.state, name: 'state', value: parameters.state ?? 'held', choices: [...states, { value: 'all', words: words.all }] })}
<div class="actions">${asked}<button class="primary">${words.filter}</button><a class="button" href="/held">${words.reset}</a></div>
${moreFilters(language, parameters)}</form>
${likeness === undefined ? '' : html`<p class="chips"><a href="${heldPath({ ...parameters, likeness: undefined })}" aria-current="true">${words.campaign(shown(likeness))} ×</a></p>`}`;
}

const MORE = ['sender', 'recipient', 'since', 'until', 'minScore', 'maxScore'] as const;

function moreFilters(language: Language, parameters: HeldParameters): Markup {
  const words = wordsOf(language).held;
  const isOpen = MORE.some((name) => parameters[name] !== undefined);
  const fields = MORE.map((name) => {
    const common = { label: words[name], name, value: String(parameters[name] ?? '') };
    if (name === 'since' || name === 'until') return field({ ...common, type: 'date' });
    if (name === 'sender' || name === 'recipient') return field({ ...common, grow: true });
    return field({ ...common, type: 'number', min: 0, max: 1, step: 'any' });
  });
  return html`<details class="more held-more"${isOpen ? html` open` : ''}><summary>${words.moreFilters}</summary><div class="held-fields">${fields}</div></details>`;
}

interface TableOptions {
  /** To select rows, where something can be done. */
  readonly boxes?: boolean;
  /** Ids of those that a recipient asked for. */
  readonly asked?: ReadonlySet<string>;
  /** Of the list, where its heads are to sort it. */
  readonly parameters?: HeldParameters | null;
}

/** Rows of held mail. */
export function heldTable(
  { language }: Viewer,
  rows: readonly Held[],
  { boxes = false, asked = new Set<string>(), parameters = null }: TableOptions = {},
): Markup {
  const words = wordsOf(language).held;
  const formats = formatsOf(language);
  const lines = rows.map((held) => {
    const subject = shown(held.subject) || words.noSubject;
    const [reason = ''] = held.reasons;
    const box = html`<td class="check"><input type="checkbox" name="id" value="${held.id}" aria-label="${words.select(subject)}"></td>`;
    return html`<tr data-row>${boxes ? box : ''}<td class="wrap"><a href="/held/${held.id}"><bdi>${subject}</bdi></a><br><span class="muted held-small">${shown(reason)}</span></td><td class="wrap"><bdi>${shown(held.from)}</bdi><br><span class="muted held-small">→ <bdi>${shown(held.recipients.join(', '))}</bdi></span></td><td>${categoryWords(held.category, language)}<br><span class="badge ${held.state}">${words.states[held.state]}</span>${asked.has(held.id) ? html` <span class="badge warn">${words.asked}</span>` : ''}</td><td class="number" data-label="${words.score}">${formats.decimal(held.score, 3)}</td><td class="nowrap muted">${moment(held.heldAt, language)}</td></tr>`;
  });
  const head = html`${sortable('subject', words.subject, parameters)}${sortable('from', words.from, parameters)}<th scope="col">${words.category}</th>${sortable('score', words.score, parameters)}${sortable('heldAt', words.at, parameters)}`;
  return html`<div class="scroll" tabindex="0"><table class="list stacks held-rows" data-keys><thead><tr>${boxes ? html`<th scope="col" class="check"><input type="checkbox" data-all aria-label="${words.selectAll}"></th>` : ''}${head}</tr></thead><tbody>${lines}</tbody></table></div>`;
}

/** A head that sorts, with the filters as they are; a second time the other way round. Without parameters a head alone. */
function sortable(
  by: NonNullable<HeldParameters['sort']>,
  text: string,
  parameters: HeldParameters | null,
): Markup {
  const look = by === 'score' ? html` class="number"` : '';
  if (parameters === null) return html`<th scope="col"${look}>${text}</th>`;
  const { cursor: _, sort = 'heldAt', ascending, ...filters } = parameters;
  const isThis = sort === by;
  const isAscending = ascending !== undefined;
  const turned = isThis ? !isAscending : by === 'from' || by === 'subject';
  const path = heldPath({ ...filters, sort: by, ascending: turned ? '1' : undefined });
  const order = isThis ? html` aria-sort="${isAscending ? 'ascending' : 'descending'}"` : '';
  return html`<th scope="col"${look}${order}><a href="${path}">${text}</a></th>`;
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
