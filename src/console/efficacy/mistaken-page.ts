import { html } from 'hono/html';
import { CATEGORIES } from '../../detect/category.ts';
import type { Environment } from '../environment.ts';
import { badge } from '../look/badge.ts';
import { field, select } from '../look/fields.ts';
import { formatsOf, moment } from '../look/formats.ts';
import { type Markup, page } from '../look/layout.ts';
import { type Language, wordsOf } from '../words/language.ts';
import { categoryWords } from './figures.ts';
import type { Computed } from './ledger-desk.ts';
import type { Mistaken, MistakenPage, MistakenQuery } from './operations.ts';
import { computed, PERIODS } from './overview-page.ts';

/** Recipients in a row; a list has thousands. */
const SHOWN_RECIPIENTS = 2;

/** The pages /efficacy/wrong and /efficacy/missed. */
export function mistakenPage(
  viewer: Environment['Variables'],
  query: MistakenQuery,
  answer: Computed<MistakenPage>,
): Markup {
  const { language } = viewer;
  const words = wordsOf(language).efficacy;
  const isWrong = query.kind === 'wrong';
  const { rows, next } = answer.value;
  const older =
    next === null
      ? ''
      : html`<nav class="pager"><span></span><a class="button small" rel="next" href="/efficacy/${query.kind}?${addressOf(query, next)}">${words.older}</a></nav>`;
  return page({
    viewer,
    area: 'efficacy',
    title: isWrong ? words.wrongList : words.missedList,
    lead: isWrong ? words.wrongLead : words.missedLead,
    actions: html`<a class="button" href="/efficacy">${words.title}</a>`,
    body: html`${filters(query, language)}${rows.length === 0 ? html`<p class="card muted">${isWrong ? words.noneWrong : words.noneMissed}</p>` : mistakenTable(rows, language)}${older}${computed({ at: answer.at, value: {} }, language)}`,
  });
}

function filters({ kind, days, domain, category }: MistakenQuery, language: Language): Markup {
  const { filters: words } = wordsOf(language).efficacy;
  const periods = PERIODS.map((one) => ({ value: String(one), words: words.lastDays(one) }));
  const categories = [
    { value: '', words: words.allCategories },
    ...CATEGORIES.map((one) => ({ value: one, words: categoryWords(one, language) })),
  ];
  return html`<form class="filters" method="get" action="/efficacy/${kind}">${select({ label: words.days, name: 'days', value: String(days), choices: periods })}${select({ label: words.category, name: 'category', value: category ?? '', choices: categories })}${field({ label: words.domain, name: 'domain', value: domain ?? '', placeholder: words.allDomains })}<button class="primary">${words.apply}</button></form>`;
}

function addressOf({ days, domain, category }: MistakenQuery, before: string): string {
  return new URLSearchParams({
    days: String(days),
    before,
    ...(domain === null ? {} : { domain }),
    ...(category === null ? {} : { category }),
  }).toString();
}

/** Messages with what we said and what people say; each leads to its decision. */
export function mistakenTable(rows: readonly Mistaken[], language: Language): Markup {
  const { columns } = wordsOf(language).efficacy;
  const heads = [columns.subject, columns.from, columns.to, columns.when, columns.we, columns.people].map(
    (one) => html`<th scope="col">${one}</th>`,
  );
  const lines = rows.map(
    (row) =>
      html`<tr><td class="wrap"><a class="quote" href="/decisions/${row.id}">${row.subject || wordsOf(language).efficacy.cases.noSubject}</a></td><td class="wrap quote" data-label="${columns.from}">${row.from}</td><td class="wrap" data-label="${columns.to}">${recipientsOf(row)}</td><td class="nowrap" data-label="${columns.when}">${moment(row.at, language)}</td><td data-label="${columns.we}">${badge(row.verdict, language)} ${categoryWords(row.category, language)}, ${formatsOf(language).decimal(row.score, 2)}</td><td data-label="${columns.people}">${categoryWords(row.is, language)}</td></tr>`,
  );
  return html`<div class="scroll" tabindex="0"><table class="list stacks" data-keys><thead><tr>${heads}</tr></thead><tbody>${lines}</tbody></table></div>`;
}

function recipientsOf({ recipients }: Mistaken): string {
  const more = recipients.length - SHOWN_RECIPIENTS;
  const shown = recipients.slice(0, SHOWN_RECIPIENTS).join(', ');
  return more > 0 ? `${shown} +${more}` : shown;
}
