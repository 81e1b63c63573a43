import { html } from 'hono/html';
import type { Rule } from '../../detect/rules/rule.ts';
import type { Branch, Lineage } from '../../lab/lineage/tree.ts';
import { categoryWords, intervalCell } from '../efficacy/figures.ts';
import { mistakenTable } from '../efficacy/mistaken-page.ts';
import { computed } from '../efficacy/overview-page.ts';
import type { Environment } from '../environment.ts';
import { field, select, tokenField } from '../look/fields.ts';
import { formatsOf, moment } from '../look/formats.ts';
import { type Markup, page } from '../look/layout.ts';
import { stackedBars } from '../look/stacked-bars.ts';
import { hasRole, seesAll } from '../principal.ts';
import { type Language, wordsOf } from '../words/language.ts';
import { FEATURE_DAYS, type FeatureDetail } from './features.ts';
import { statusBadge } from './list-pages.ts';
import { DETECTOR_DAYS, type DetectorDetail } from './operations.ts';

type Viewer = Environment['Variables'];
type Fact = readonly [name: string, value: string | Markup];

/** The page of one rule or model. */
export function detectorPage(viewer: Viewer, detail: DetectorDetail): Markup {
  const { language } = viewer;
  const words = wordsOf(language).detectors;
  const { detector, lately, lineage, figures } = detail;
  return page({
    viewer,
    area: 'detectors',
    title: detector.id,
    actions: html`<a class="button" href="/detectors">${words.title}</a>`,
    body: html`<p class="muted">${words.figures(DETECTOR_DAYS)}</p><div class="split"><div class="card">${facts([...generalFacts(detail, language), ...(detector.rule === null ? [] : ruleFacts(detector.rule, language))])}</div><div class="stack">${statusForms(viewer, detail)}<div class="card"><h2>${words.history}</h2>${history(detail, language)}</div></div></div>
<section class="card"><h2>${words.hits}</h2>${hitsChart(detail, language)}</section>
${detector.kind === 'model' ? '' : html`<section class="stack"><h2>${words.lately}</h2>${lately.length === 0 ? html`<p class="muted">${words.noneLately}</p>` : mistakenTable(lately, language)}</section>`}
${lineage === null ? '' : lineageOf(lineage, language)}${computed({ at: figures.at, value: {} }, language)}`,
  });
}

function facts(rows: readonly Fact[]): Markup {
  return html`<dl class="facts">${rows.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;
}

function generalFacts({ detector, figures }: DetectorDetail, language: Language): Fact[] {
  const words = wordsOf(language).detectors;
  const of = figures.value.byDetector[detector.id];
  return [
    [words.status, statusBadge(detector.status, language)],
    [words.labelled, formatsOf(language).number(of?.labelled ?? 0)],
    [words.precision, intervalCell(of?.precision ?? null, language)],
  ];
}

function ruleFacts(rule: Rule, language: Language): Fact[] {
  const words = wordsOf(language).detectors;
  return [
    [words.category, categoryWords(rule.category, language)],
    [words.weight, formatsOf(language).decimal(rule.weight, 2, true)],
    ...(rule.action === null ? [] : [[words.action, rule.action] as Fact]),
    [words.words, rule.words.template],
    [words.expression, html`<pre>${rule.when.text}</pre>`],
    [words.falsePositives, rule.falsePositives],
    [words.tests, rule.tests.length === 0 ? words.noTests : rule.tests.join(', ')],
  ];
}

function statusForms(
  { principal, formToken, language }: Viewer,
  { detector, changes }: DetectorDetail,
): Markup {
  const words = wordsOf(language).detectors;
  if (!hasRole(principal, 'admin') || !seesAll(principal))
    return html`<p class="note">${words.forAdministrators}</p>`;
  const path = `/detectors/${encodeURIComponent(detector.id)}`;
  const choices = [
    { value: 'shadow', words: words.statuses.shadow },
    { value: 'canary', words: words.canary },
    { value: 'active', words: words.statuses.active },
    { value: 'off', words: words.statuses.off },
  ];
  const back =
    changes.length === 0
      ? ''
      : html`<form class="card form" method="post" action="${path}/back">${tokenField(formToken)}${field({ id: 'back-reason', label: words.reason, name: 'reason', required: true, hint: words.reasonHint })}<div class="actions"><button>${words.back}</button></div></form>`;
  return html`<form class="card form" method="post" action="${path}/status"><h2>${words.change}</h2>${tokenField(formToken)}${select({ label: words.to, name: 'to', choices })}${field({ label: words.share, name: 'share', type: 'number', min: 1, max: 100, value: '5' })}${field({ label: words.reason, name: 'reason', required: true, hint: words.reasonHint })}<div class="actions"><button class="primary">${words.apply}</button></div></form>${back}`;
}

function history({ changes }: DetectorDetail, language: Language): Markup {
  const words = wordsOf(language).detectors;
  if (changes.length === 0) return html`<p class="muted">${words.noHistory}</p>`;
  return html`<ul class="plain">${changes.toReversed().map(({ at, actor, before, after, reason }) => html`<li>${moment(new Date(at), language)} <strong>${actor}</strong>: ${before ?? words.asConfigured} → ${after ?? words.asConfigured}<br><span class="muted wrap">${reason}</span></li>`)}</ul>`;
}

function hitsChart({ detector, figures }: DetectorDetail, language: Language): Markup {
  const { days, byDetector } = figures.value;
  const words = wordsOf(language).detectors;
  return stackedBars({
    language,
    title: words.hitsByDay(detector.id),
    times: days.map((day) => new Date(`${day}T12:00:00Z`)),
    formatTime: formatsOf(language).date,
    series: [
      { name: words.hits, look: 'series-0', values: byDetector[detector.id]?.hits ?? days.map(() => 0) },
    ],
  });
}

function lineageOf({ dependsOn, usedBy }: Lineage, language: Language): Markup {
  const words = wordsOf(language).detectors;
  const side = (title: string, branches: readonly Branch[]) =>
    html`<section class="card"><h2>${title}</h2>${branches.length === 0 ? html`<p class="muted">${words.nothing}</p>` : tree(branches)}</section>`;
  return html`<div class="split">${side(words.dependsOn, dependsOn)}${side(words.usedBy, usedBy)}</div>`;
}

function tree(branches: readonly Branch[]): Markup {
  return html`<ul>${branches.map((one) => html`<li class="wrap">${nodeOf(one)} <span class="muted">${one.about}</span>${one.branches.length === 0 ? '' : tree(one.branches)}</li>`)}</ul>`;
}

function nodeOf({ kind, name }: Branch): Markup {
  if (kind === 'feature') return html`${kind} <a href="/features/${encodeURIComponent(name)}">${name}</a>`;
  if (kind === 'rule' || kind === 'model')
    return html`${kind} <a href="/detectors/${encodeURIComponent(`${kind}:${name}`)}">${name}</a>`;
  return html`${kind} <span class="mono">${name}</span>`;
}

/** The page of one feature. */
export function featurePage(viewer: Viewer, { feature, lineage, distribution }: FeatureDetail): Markup {
  const { language } = viewer;
  const words = wordsOf(language).detectors;
  const { number } = formatsOf(language);
  const { messages, missing, bins } = distribution.value;
  const most = Math.max(1, ...bins.map((bin) => bin.messages));
  const rows = bins.map(
    (bin) =>
      html`<tr><th scope="row" class="nowrap">${bin.from === bin.to ? number(bin.from, 3) : `${number(bin.from, 3)} – ${number(bin.to, 3)}`}</th><td><meter min="0" max="${most}" value="${bin.messages}" aria-label="${words.messages}">${bin.messages}</meter></td><td class="number">${number(bin.messages)}</td></tr>`,
  );
  return page({
    viewer,
    area: 'detectors',
    title: feature.name,
    lead: feature.meaning,
    actions: html`<a class="button" href="/features">${words.features}</a>`,
    body: html`<div class="split"><div class="card">${facts([
      [words.group, feature.group],
      [words.unit, feature.unit],
      [words.range, `${number(feature.range[0], 3)} – ${number(feature.range[1], 3)}`],
      [words.direction, words.directions[feature.direction]],
    ])}</div><section class="card"><h2>${words.distribution(FEATURE_DAYS)}</h2><p class="muted">${words.sample(number(messages), number(missing))}</p>${bins.length === 0 ? html`<p>${words.noValues}</p>` : html`<table class="list"><thead><tr><th scope="col">${words.value}</th><th scope="col"></th><th scope="col" class="number">${words.messages}</th></tr></thead><tbody>${rows}</tbody></table>`}</section></div>${lineage === null ? '' : lineageOf(lineage, language)}${computed({ at: distribution.at, value: {} }, language)}`,
  });
}
