import { html } from 'hono/html';
import { share } from '../../lab/evaluate/interval.ts';
import type { Environment } from '../environment.ts';
import { emptyState } from '../look/empty-state.ts';
import { field, select } from '../look/fields.ts';
import { formatsOf } from '../look/formats.ts';
import { type Markup, page } from '../look/layout.ts';
import { lineChart } from '../look/line-chart.ts';
import { stackedBars } from '../look/stacked-bars.ts';
import { type Language, wordsOf } from '../words/language.ts';
import { intervalWords } from './figures.ts';
import type { Computed } from './ledger-desk.ts';
import { mistakenTable } from './mistaken-page.ts';
import type { EfficacyQuery, ErrorKind, MistakenPage, Overview } from './operations.ts';
import type { Report } from './report.ts';
import { categoryTable, detectorTable, domainTable } from './tables.ts';

type Viewer = Environment['Variables'];

/** Periods that a person chooses from; the last is the longest that a page asks for. */
export const PERIODS = [7, 14, 30, 90] as const;

/** What somebody sees on the overview; the rest is a link away. */
const SHOWN_DETECTORS = 15;

/** The page /efficacy. */
export function overviewPage(viewer: Viewer, query: EfficacyQuery, report: Computed<Overview>): Markup {
  const { language } = viewer;
  const words = wordsOf(language).efficacy;
  return page({
    viewer,
    area: 'efficacy',
    title: words.title,
    lead: words.lead,
    actions: html`<a class="button" href="/cases">${words.cases.link}</a>`,
    body: html`${filters(query, language)}
${report.value.totals.messages === 0 ? html`<div class="card">${emptyState(words.nothing.title, words.nothing.text)}</div>` : figures(query, report.value, language)}
${computed(report, language)}`,
  });
}

/** When the figures are of, and what they lack. */
export function computed(
  { at, value }: Computed<{ readonly badLines?: number }>,
  language: Language,
): Markup {
  const words = wordsOf(language).efficacy;
  const { dateTime, number } = formatsOf(language);
  const bad = value.badLines ?? 0;
  return html`<p class="muted">${words.computed(dateTime(at))}${bad > 0 ? ` ${words.badLines(number(bad))}` : ''}</p>`;
}

function filters({ days, domain }: EfficacyQuery, language: Language): Markup {
  const { filters: words } = wordsOf(language).efficacy;
  const periods = PERIODS.map((one) => ({ value: String(one), words: words.lastDays(one) }));
  return html`<form class="filters" method="get" action="/efficacy">${select({ label: words.days, name: 'days', value: String(days), choices: periods })}${field({ label: words.domain, name: 'domain', value: domain ?? '', placeholder: words.allDomains })}<button class="primary">${words.apply}</button></form>`;
}

function figures(query: EfficacyQuery, value: Overview, language: Language): Markup {
  const words = wordsOf(language).efficacy;
  return html`${tiles(value, language)}
<p class="muted">${words.intervalNote}</p>
<section class="stack"><h2>${words.overTime}</h2><div class="split"><div class="card"><h3>${words.caughtMissedWrong}</h3>${labelledChart(value, language)}</div><div class="card"><h3>${words.categoriesByDay}</h3>${categoryChart(value, language)}</div></div>
<div class="card"><h3>${words.missShare}</h3>${missChart(value, language)}</div></section>
<section class="stack"><h2>${words.byCategory}</h2><p class="muted">${words.byCategoryNote}</p>${categoryTable(value.byCategory, query, language)}</section>
<section class="stack"><h2>${words.byDomain}</h2><p class="muted">${words.byDomainNote}</p>${domainTable(value.byDomain, query, language)}</section>
<section class="stack"><h2>${words.byDetector}</h2><p class="muted">${words.byDetectorNote}</p>${detectorTable(value.byDetector.slice(0, SHOWN_DETECTORS), language)}<p><a href="/detectors">${words.allDetectors}</a></p></section>
${errors('wrong', value.wrongMessages, query, language)}${errors('missed', value.missedMessages, query, language)}`;
}

function tiles({ totals }: Report, language: Language): Markup {
  const words = wordsOf(language).efficacy.tiles;
  const { number, percent } = formatsOf(language);
  const tile = (name: string, value: string, about: string, more = '') =>
    html`<div class="tile"><dt>${name}</dt><dd class="big">${value}</dd><dd class="muted">${about}${more === '' ? '' : html`<br>${more}`}</dd></div>`;
  const { messages, labelled, caught, missed, wrong, caughtShare, missedShare, wrongShare } = totals;
  const unwanted = words.ofUnwanted(number(caught + missed));
  return html`<dl class="tiles">${tile(words.messages, number(messages), '')}${tile(words.labelled, number(labelled), words.ofAll(percent(labelled / messages, 1)))}${tile(words.caught, number(caught), unwanted, intervalWords(caughtShare, language))}${tile(words.missed, number(missed), unwanted, intervalWords(missedShare, language))}${tile(words.wrong, number(wrong), words.ofTreated(number(caught + wrong)), intervalWords(wrongShare, language))}</dl>`;
}

function frameOf({ byDay }: Report, language: Language) {
  return {
    language,
    times: byDay.map(({ day }) => new Date(`${day}T12:00:00Z`)),
    formatTime: formatsOf(language).date,
  };
}

function labelledChart(report: Report, language: Language): Markup {
  const { caughtMissedWrong, columns } = wordsOf(language).efficacy;
  const of = (key: 'caught' | 'missed' | 'wrong') => report.byDay.map((day) => day[key]);
  return stackedBars({
    ...frameOf(report, language),
    title: caughtMissedWrong,
    series: [
      { name: columns.caught, look: 'verdict-accept', values: of('caught') },
      { name: columns.missed, look: 'verdict-reject', values: of('missed') },
      { name: columns.wrong, look: 'verdict-tag', values: of('wrong') },
    ],
  });
}

/** There are more categories than colours that one tells apart: the five with most mail, and the others as one. */
const SHOWN_CATEGORIES = 5;

function categoryChart(report: Report, language: Language): Markup {
  const { categoriesByDay, categories } = wordsOf(language).efficacy;
  const total = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);
  const sorted = report.categoriesByDay
    .filter(({ counts }) => total(counts) > 0)
    .toSorted((a, b) => total(b.counts) - total(a.counts));
  const rest = sorted.slice(SHOWN_CATEGORIES);
  const series = sorted.slice(0, SHOWN_CATEGORIES).map(({ category, counts }, i) => ({
    name: categories[category as keyof typeof categories],
    look: `series-${i}`,
    values: counts,
  }));
  const others = report.byDay.map((_day, i) => rest.reduce((sum, { counts }) => sum + (counts[i] ?? 0), 0));
  const names = rest.map(({ category }) => categories[category as keyof typeof categories]).join(', ');
  return stackedBars({
    ...frameOf(report, language),
    title: categoriesByDay,
    series: rest.length === 0 ? series : [...series, { name: names, look: 'series-5', values: others }],
  });
}

function missChart(report: Report, language: Language): Markup {
  const { missShare, columns } = wordsOf(language).efficacy;
  const shares = report.byDay.map(({ caught, missed }) => share(missed, caught + missed));
  return lineChart({
    ...frameOf(report, language),
    title: missShare,
    most: 1,
    format: (value) => formatsOf(language).percent(value),
    series: [
      {
        name: columns.missed,
        look: 'series-4',
        values: shares.map((one) => one?.value ?? null),
        low: shares.map((one) => one?.low ?? null),
        high: shares.map((one) => one?.high ?? null),
      },
    ],
  });
}

function errors(
  kind: ErrorKind,
  { rows, next }: MistakenPage,
  query: EfficacyQuery,
  language: Language,
): Markup {
  const words = wordsOf(language).efficacy;
  const [title, none] =
    kind === 'wrong' ? [words.wrongList, words.noneWrong] : [words.missedList, words.noneMissed];
  const all = html`<p><a href="/efficacy/${kind}?${parametersOf(query)}">${words.readAll}</a></p>`;
  return html`<section class="stack"><h2>${title}</h2>${rows.length === 0 ? html`<p class="muted">${none}</p>` : mistakenTable(rows, language)}${next === null ? '' : all}</section>`;
}

/** The filters as parameters of an address. */
export function parametersOf({ days, domain }: EfficacyQuery): string {
  return new URLSearchParams({ days: String(days), ...(domain === null ? {} : { domain }) }).toString();
}
