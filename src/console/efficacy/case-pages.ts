import { html } from 'hono/html';
import { CASE_STATES, type Case } from '../../lab/cases/case.ts';
import type { Environment } from '../environment.ts';
import { emptyState } from '../look/empty-state.ts';
import { field, select, tokenField } from '../look/fields.ts';
import { formatsOf, moment } from '../look/formats.ts';
import { type Markup, page } from '../look/layout.ts';
import { hasRole } from '../principal.ts';
import { type Language, wordsOf } from '../words/language.ts';
import { categoryWords } from './figures.ts';

type Viewer = Environment['Variables'];

/** The page /cases. `state` is as it was asked for: '' all that are not closed. */
export function casesPage(viewer: Viewer, cases: readonly Case[], state: string): Markup {
  const { language } = viewer;
  const { cases: words, columns, filters } = wordsOf(language).efficacy;
  const choices = [
    { value: '', words: words.open },
    { value: 'all', words: words.all },
    ...CASE_STATES.map((one) => ({ value: one, words: words.states[one] })),
  ];
  const heads = [words.message, columns.state, words.is, words.was, columns.by, words.received].map(
    (one) => html`<th scope="col">${one}</th>`,
  );
  const list = html`<div class="scroll" tabindex="0"><table class="list stacks" data-keys><thead><tr>${heads}</tr></thead><tbody>${cases.map((one) => caseRow(one, language))}</tbody></table></div>`;
  return page({
    viewer,
    area: 'efficacy',
    title: words.title,
    lead: words.lead,
    body: html`<form class="filters" method="get" action="/cases">${select({ label: columns.state, name: 'state', value: state, choices })}<button class="primary">${filters.apply}</button></form>${cases.length === 0 ? html`<div class="card">${emptyState(words.none.title, words.none.text)}</div>` : list}`,
  });
}

function caseRow(one: Case, language: Language): Markup {
  const { cases: words, columns } = wordsOf(language).efficacy;
  return html`<tr><td class="wrap"><a class="quote" href="/cases/${one.caseId}">${subjectOf(one, language)}</a></td><td data-label="${columns.state}">${stateBadge(one, language)}</td><td data-label="${words.is}">${categoryWords(one.is, language)}</td><td data-label="${words.was}">${judgedWords(one.was, language)}</td><td class="wrap" data-label="${columns.by}">${one.actor}</td><td class="nowrap" data-label="${words.received}">${moment(new Date(one.receivedAt), language)}</td></tr>`;
}

/** The page of one case, with what can be done. */
export function casePage(viewer: Viewer, one: Case): Markup {
  const { language } = viewer;
  const { cases: words, columns } = wordsOf(language).efficacy;
  const facts: [string, string | Markup][] = [
    [columns.state, stateBadge(one, language)],
    [words.is, categoryWords(one.is, language)],
    [words.was, judgedWords(one.was, language)],
    ...(one.check === null ? [] : [[words.today, judgedWords(one.check, language)] as [string, string]]),
    ...(one.fixedBy === null ? [] : [[words.fixedBy, one.fixedBy] as [string, string]]),
    [words.reportedBy, one.reporter ?? one.actor],
    [words.received, moment(new Date(one.receivedAt), language)],
    ...(one.message === null ? [] : [[columns.from, one.message.from] as [string, string]]),
    ...(one.decisionId === null
      ? []
      : [
          [
            words.decision,
            html`<a class="mono" href="/decisions/${one.decisionId}">${one.decisionId}</a>`,
          ] as [string, Markup],
        ]),
  ];
  const history = one.history.map(
    ({ at, state, note }) =>
      html`<tr><td class="nowrap">${moment(new Date(at), language)}</td><td>${words.states[state]}</td><td class="wrap">${note}</td></tr>`,
  );
  return page({
    viewer,
    area: 'efficacy',
    title: words.caseTitle(subjectOf(one, language)),
    actions: html`<a class="button" href="/cases">${words.title}</a>`,
    body: html`<div class="split"><div class="card"><dl class="facts">${facts.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl></div>${hasRole(viewer.principal, 'analyst') ? moveForm(viewer, one) : ''}</div>
<section class="stack"><h2>${words.history}</h2><div class="scroll" tabindex="0"><table class="list"><thead><tr><th scope="col">${columns.when}</th><th scope="col">${columns.state}</th><th scope="col">${columns.note}</th></tr></thead><tbody>${history}</tbody></table></div></section>`,
  });
}

function moveForm({ formToken, language }: Viewer, { caseId, state }: Case): Markup {
  const { cases: words } = wordsOf(language).efficacy;
  const isClosed = state === 'closed';
  return html`<form class="card form" method="post" action="/cases/${caseId}/${isClosed ? 'reopen' : 'close'}">${tokenField(formToken)}${field({ label: words.reason, name: 'reason', required: true, hint: isClosed ? words.reasonToReopen : words.reasonToClose })}<div class="actions"><button class="primary">${isClosed ? words.reopen : words.close}</button></div></form>`;
}

function stateBadge({ state }: Case, language: Language): Markup {
  const look = state === 'fixed' || state === 'closed' ? 'good' : state === 'reproduced' ? 'bad' : 'info';
  return html`<span class="badge ${look}">${wordsOf(language).efficacy.cases.states[state]}</span>`;
}

function judgedWords(judged: Case['was'], language: Language): string {
  if (judged === null) return wordsOf(language).efficacy.cases.states.unknown;
  const { verdict, category, score } = judged;
  return `${wordsOf(language).frame.verdicts[verdict]}, ${categoryWords(category, language)}, ${formatsOf(language).decimal(score, 2)}`;
}

function subjectOf({ message, caseId }: Case, language: Language): string {
  return message === null ? caseId : message.subject || wordsOf(language).efficacy.cases.noSubject;
}
