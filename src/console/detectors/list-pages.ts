import { html } from 'hono/html';
import type { Feature } from '../../detect/feature.ts';
import { categoryWords, intervalCell } from '../efficacy/figures.ts';
import { computed } from '../efficacy/overview-page.ts';
import type { Environment } from '../environment.ts';
import { formatsOf } from '../look/formats.ts';
import { type Markup, page } from '../look/layout.ts';
import { sparkline } from '../look/sparkline.ts';
import { type Language, wordsOf } from '../words/language.ts';
import type { Detector } from './known.ts';
import { type AllFigures, DETECTOR_DAYS, type DetectorList } from './operations.ts';

type Viewer = Environment['Variables'];

/** The page /detectors. */
export function detectorsPage(viewer: Viewer, { detectors, figures }: DetectorList): Markup {
  const { language } = viewer;
  const words = wordsOf(language).detectors;
  const of = (kind: Detector['kind']) => detectors.filter((one) => one.kind === kind);
  const models = of('model');
  return page({
    viewer,
    area: 'detectors',
    title: words.title,
    lead: words.lead,
    actions: html`<a class="button" href="/features">${words.features}</a>`,
    body: html`<p class="muted">${words.figures(DETECTOR_DAYS)}</p>
${models.length === 0 ? '' : html`<section class="stack"><h2>${words.models}</h2>${detectorTable(models, figures.value, language)}</section>`}
${comparison(figures.value, language)}
<section class="stack"><h2>${words.rules}</h2>${detectorTable(of('rule'), figures.value, language)}</section>${computed({ at: figures.at, value: {} }, language)}`,
  });
}

function detectorTable(detectors: readonly Detector[], figures: AllFigures, language: Language): Markup {
  const words = wordsOf(language).detectors;
  const rows = detectors.map((one) => {
    const of = figures.byDetector[one.id];
    const hits = of?.hits ?? figures.days.map(() => 0);
    const total = hits.reduce((sum, count) => sum + count, 0);
    return html`<tr><th scope="row" class="nowrap"><a href="/detectors/${encodeURIComponent(one.id)}">${one.id.slice(one.id.indexOf(':') + 1)}</a></th><td data-label="${words.category}">${one.rule === null ? '' : categoryWords(one.rule.category, language)}</td><td data-label="${words.status}">${statusBadge(one.status, language)}</td><td class="number" data-label="${words.hits}">${formatsOf(language).number(total)}</td><td>${sparkline(hits, words.hitsByDay(one.id))}</td><td class="number" data-label="${words.labelled}">${formatsOf(language).number(of?.labelled ?? 0)}</td><td data-label="${words.precision}">${intervalCell(of?.precision ?? null, language)}</td></tr>`;
  });
  return html`<div class="scroll" tabindex="0"><table class="list stacks" data-keys><thead><tr><th scope="col">${words.name}</th><th scope="col">${words.category}</th><th scope="col">${words.status}</th><th scope="col" class="number">${words.hits}</th><th scope="col"><span class="visually-hidden">${words.hitsByDay('')}</span></th><th scope="col" class="number">${words.labelled}</th><th scope="col">${words.precision}</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

function comparison({ watched }: AllFigures, language: Language): Markup | '' {
  if (watched.length === 0) return '';
  const words = wordsOf(language).detectors;
  const rows = watched.map(
    (one) =>
      html`<tr><th scope="row" class="wrap">${one.watcher}</th><td class="number">${formatsOf(language).number(one.messages)}</td><td>${intervalCell(one.agreement, language)}</td><td>${words.watcher} ${intervalCell(one.watcherCaught, language)}<br>${words.decider} ${intervalCell(one.activeCaught, language)}</td><td>${words.watcher} ${intervalCell(one.watcherWrong, language)}<br>${words.decider} ${intervalCell(one.activeWrong, language)}</td></tr>`,
  );
  return html`<section class="stack"><h2>${words.compare}</h2><p class="muted">${words.compareNote}</p><div class="scroll" tabindex="0"><table class="list"><thead><tr><th scope="col">${words.name}</th><th scope="col" class="number">${words.both}</th><th scope="col">${words.agreement}</th><th scope="col">${words.caught}</th><th scope="col">${words.wrong}</th></tr></thead><tbody>${rows}</tbody></table></div></section>`;
}

/** A status as a word on its colour; a canary says its share. */
export function statusBadge(status: string, language: Language): Markup {
  const { statuses } = wordsOf(language).detectors;
  const look = status === 'active' ? 'good' : status.startsWith('canary') ? 'canary' : status;
  const said = status in statuses ? statuses[status as keyof typeof statuses] : status;
  return html`<span class="badge ${look}">${said}</span>`;
}

/** The page /features. */
export function featuresPage(viewer: Viewer, features: readonly Feature[]): Markup {
  const words = wordsOf(viewer.language).detectors;
  const groups = [...Map.groupBy(features, ({ group }) => group)].map(
    ([group, of]) =>
      html`<section class="stack"><h2>${group}</h2><div class="scroll" tabindex="0"><table class="list"><thead><tr><th scope="col">${words.name}</th><th scope="col">${words.unit}</th><th scope="col">${words.meaning}</th></tr></thead><tbody>${of.map(({ name, unit, meaning }) => html`<tr><th scope="row" class="mono"><a href="/features/${name}">${name}</a></th><td>${unit}</td><td class="wrap">${meaning}</td></tr>`)}</tbody></table></div></section>`,
  );
  return page({
    viewer,
    area: 'detectors',
    title: words.features,
    lead: words.featuresLead,
    actions: html`<a class="button" href="/detectors">${words.title}</a>`,
    body: html`${groups}`,
  });
}
