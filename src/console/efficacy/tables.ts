import { html } from 'hono/html';
import { formatsOf } from '../look/formats.ts';
import type { Markup } from '../look/layout.ts';
import { type Language, wordsOf } from '../words/language.ts';
import { categoryWords, intervalCell } from './figures.ts';
import type { EfficacyQuery } from './operations.ts';
import type { DetectorRates, Rates, Report } from './report.ts';

/** Caught, missed and wrong by category, with links to the messages. */
export function categoryTable(
  rows: Report['byCategory'],
  { days, domain }: EfficacyQuery,
  language: Language,
): Markup {
  const { columns } = wordsOf(language).efficacy;
  const link = (kind: string, category: string, count: number) => {
    const query = new URLSearchParams({
      days: String(days),
      ...(domain === null ? {} : { domain }),
      category,
    });
    const text = formatsOf(language).number(count);
    return count === 0 ? text : html`<a href="/efficacy/${kind}?${query.toString()}">${text}</a>`;
  };
  const lines = rows.map(
    (row) =>
      html`<tr><th scope="row">${categoryWords(row.category, language)}</th>${cells(row, language, {
        missed: link('missed', row.category, row.missed),
        wrong: link('wrong', row.category, row.wrong),
      })}</tr>`,
  );
  return ratesTable(columns.category, lines, language);
}

/** The same by domain of recipients. */
export function domainTable(rows: Report['byDomain'], { days }: EfficacyQuery, language: Language): Markup {
  const { columns } = wordsOf(language).efficacy;
  const { number } = formatsOf(language);
  const lines = rows.map((row) => {
    const query = new URLSearchParams({ days: String(days), domain: row.domain });
    return html`<tr><th scope="row" class="wrap"><a href="/efficacy?${query.toString()}">${row.domain}</a></th>${cells(row, language, { missed: number(row.missed), wrong: number(row.wrong) })}</tr>`;
  });
  return ratesTable(columns.domain, lines, language);
}

function ratesTable(first: string, lines: readonly Markup[], language: Language): Markup {
  const { columns } = wordsOf(language).efficacy;
  const numbers = [columns.messages, columns.caught, columns.missed, columns.wrong].map(
    (one) => html`<th scope="col" class="number">${one}</th>`,
  );
  return html`<div class="scroll" tabindex="0"><table class="list"><thead><tr><th scope="col">${first}</th>${numbers}<th scope="col">${columns.caughtShare}</th><th scope="col">${columns.wrongShare}</th></tr></thead><tbody>${lines}</tbody></table></div>`;
}

function cells(
  { messages, caught, caughtShare, wrongShare }: Rates,
  language: Language,
  { missed, wrong }: { readonly missed: string | Markup; readonly wrong: string | Markup },
): Markup {
  const { number } = formatsOf(language);
  return html`<td class="number">${number(messages)}</td><td class="number">${number(caught)}</td><td class="number">${missed}</td><td class="number">${wrong}</td><td>${intervalCell(caughtShare, language)}</td><td>${intervalCell(wrongShare, language)}</td>`;
}

/** Hits and precision of detectors. */
export function detectorTable(rows: readonly DetectorRates[], language: Language): Markup {
  const { columns } = wordsOf(language).efficacy;
  const { number } = formatsOf(language);
  const lines = rows.map(
    ({ detector, status, hits, labelled, precision }) =>
      html`<tr><th scope="row" class="nowrap">${detectorLink(detector)}</th><td><span class="badge ${status}">${status}</span></td><td class="number">${number(hits)}</td><td class="number">${number(labelled)}</td><td>${intervalCell(precision, language)}</td></tr>`,
  );
  return html`<div class="scroll" tabindex="0"><table class="list"><thead><tr><th scope="col">${columns.detector}</th><th scope="col">${columns.status}</th><th scope="col" class="number">${columns.hits}</th><th scope="col" class="number">${columns.labelled}</th><th scope="col">${columns.precision}</th></tr></thead><tbody>${lines}</tbody></table></div>`;
}

/** A rule leads to its page, a part of a model (`model:NAME:FEATURE`) to that of its feature. */
export function detectorLink(detector: string): Markup {
  const [kind, , feature] = detector.split(':');
  const path =
    kind === 'model' && feature !== undefined
      ? `/features/${encodeURIComponent(feature)}`
      : `/detectors/${encodeURIComponent(detector)}`;
  return html`<a href="${path}">${detector}</a>`;
}
