import { html } from 'hono/html';
import { CATEGORIES } from '../../detect/category.ts';
import { byStrength } from '../../detect/finding.ts';
import { SAID } from '../../lab/cases/case.ts';
import type { Environment } from '../environment.ts';
import { badge } from '../look/badge.ts';
import { contributionChart } from '../look/contribution-chart.ts';
import { field, select, tokenField } from '../look/fields.ts';
import { formatsOf, moment } from '../look/formats.ts';
import { type Markup, page } from '../look/layout.ts';
import { hasRole } from '../principal.ts';
import { type Language, wordsOf } from '../words/language.ts';
import type { KnownDecision } from './decision.ts';
import { categoryWords } from './figures.ts';
import { detectorLink } from './tables.ts';

type Viewer = Environment['Variables'];

/** Rows of the sum that are told one by one, as in `postern explain`. */
const SHOWN_PARTS = 15;

/** The page /decisions/:id: the explanation from the ledger. `isHeld` where the mail is in the quarantine. */
export function decisionPage(viewer: Viewer, known: KnownDecision, isHeld: boolean): Markup {
  const { language } = viewer;
  const { decision: words, cases } = wordsOf(language).efficacy;
  const { record } = known;
  return page({
    viewer,
    area: 'efficacy',
    title: record.subject || cases.noSubject,
    lead: words.lead,
    ...(isHeld
      ? { actions: html`<a class="button primary" href="/held/${record.id}">${words.held}</a>` }
      : {}),
    body: html`<div class="split"><div class="card">${factsOf(known, language)}</div><div class="card"><h2>${words.said}</h2>${saidOf(known, language)}${hasRole(viewer.principal, 'analyst') ? openForm(viewer, record.id) : ''}</div></div>
<section class="card"><h2>${words.why}</h2>${sumOf(known, language)}</section>
<div class="split"><section class="card"><h2>${words.detectors}</h2>${detectorsOf(known)}</section><section class="card"><h2>${words.scores}</h2>${scoresOf(known, language)}</section></div>
${notRunOf(known, language)}
<details class="more"><summary>${words.features}</summary>${featuresOf(known, language)}</details>`,
  });
}

function factsOf({ record }: KnownDecision, language: Language): Markup {
  const { decision: words, columns } = wordsOf(language).efficacy;
  const { envelope, fates } = record;
  const rows: [string, string | Markup][] = [
    [words.verdict, badge(record.verdict, language)],
    [words.category, categoryWords(record.category, language)],
    [columns.score, formatsOf(language).decimal(record.score, 3)],
    [columns.from, html`<span class="quote">${record.from}</span>`],
    [words.envelopeFrom, html`<span class="quote">${envelope.mailFrom || '<>'}</span>`],
    [words.client, html`<span class="quote">${envelope.clientName ?? ''} ${envelope.clientIp}</span>`],
    [columns.when, moment(new Date(record.at), language)],
    [
      words.fates,
      html`${fates.map(({ verdict, recipients, policy }) => html`<div>${badge(verdict, language)} ${recipients.join(', ')} <span class="muted">${policy}</span></div>`)}`,
    ],
    [words.model, record.model ?? '–'],
    [words.variant, record.variant ?? 'default'],
    [words.id, html`<span class="mono">${record.id}</span>`],
  ];
  return html`<dl class="facts">${rows.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;
}

function saidOf({ feedback }: KnownDecision, language: Language): Markup {
  const { decision: words } = wordsOf(language).efficacy;
  if (feedback.length === 0) return html`<p class="muted">${words.nobody}</p>`;
  return html`<ul class="plain">${feedback.map((one) => html`<li><strong>${categoryWords(one.is, language)}</strong> ${words.by(one.actor)}, ${moment(new Date(one.at), language)} <span class="muted">${one.surface}</span></li>`)}</ul>`;
}

function openForm({ formToken, language }: Viewer, id: string): Markup {
  const { cases: words } = wordsOf(language).efficacy;
  const choices = SAID.map((one) => ({ value: one, words: categoryWords(one, language) }));
  return html`<details class="more"><summary>${words.openOne}</summary><form class="form" method="post" action="/cases">${tokenField(formToken)}<input type="hidden" name="decision" value="${id}">${select({ label: words.is, name: 'is', choices })}${field({ label: words.reason, name: 'reason', required: true, hint: words.openHint })}<div class="actions"><button class="primary">${words.openOne}</button></div></form></details>`;
}

function sumOf({ record }: KnownDecision, language: Language): Markup {
  const active = record.findings.filter(({ status }) => status === 'active').toSorted(byStrength);
  const rest = active.slice(SHOWN_PARTS);
  const others = wordsOf(language).frame.sum.others(rest.length);
  const rows = [
    ...active.slice(0, SHOWN_PARTS).map(({ words, weight }) => ({ words, weight })),
    ...(rest.length === 0
      ? []
      : [{ words: others, weight: rest.reduce((sum, { weight }) => sum + weight, 0) }]),
  ];
  return contributionChart({ language, bias: record.bias, rows, score: record.score });
}

function detectorsOf({ record }: KnownDecision): Markup {
  const rows = record.findings
    .toSorted(byStrength)
    .filter(({ weight, status }) => weight !== 0 || status === 'shadow');
  return html`<ul class="plain">${rows.slice(0, 2 * SHOWN_PARTS).map(({ detector, status, words }) => html`<li class="wrap">${detectorLink(detector)}${status === 'active' ? '' : html` <span class="badge ${status}">${status}</span>`}<br><span class="muted quote">${words}</span></li>`)}</ul>`;
}

function scoresOf({ record }: KnownDecision, language: Language): Markup {
  const sorted = CATEGORIES.toSorted((a, b) => (record.scores[b] ?? 0) - (record.scores[a] ?? 0));
  return html`<dl class="facts">${sorted.map((one) => html`<dt>${categoryWords(one, language)}</dt><dd class="number">${formatsOf(language).decimal(record.scores[one] ?? 0, 3)}</dd>`)}</dl>`;
}

function notRunOf({ record }: KnownDecision, language: Language): Markup | '' {
  if (record.notRun.length === 0) return '';
  const { decision: words } = wordsOf(language).efficacy;
  return html`<section class="card"><h2>${words.notRun}</h2><ul class="plain">${record.notRun.map(({ what, reason, detail }) => html`<li class="wrap"><span class="mono">${what}</span> ${reason} <span class="muted quote">${detail}</span></li>`)}</ul></section>`;
}

function featuresOf({ record }: KnownDecision, language: Language): Markup {
  const { decision: words } = wordsOf(language).efficacy;
  const rows = Object.entries(record.features).map(
    ([name, value]) =>
      html`<tr><th scope="row"><a href="/features/${encodeURIComponent(name)}">${name}</a></th><td class="number">${value === null ? words.missing : formatsOf(language).number(value, 4)}</td></tr>`,
  );
  return html`<div class="scroll" tabindex="0"><table class="list"><tbody>${rows}</tbody></table></div>`;
}
