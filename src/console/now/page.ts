import { html } from 'hono/html';
import { VERDICTS } from '../../policy/verdict.ts';
import type { Environment } from '../environment.ts';
import { badge } from '../look/badge.ts';
import { emptyState } from '../look/empty-state.ts';
import { formatsOf, moment, TIME_ZONE } from '../look/formats.ts';
import { type Markup, page } from '../look/layout.ts';
import { stackedBars } from '../look/stacked-bars.ts';
import { type Language, wordsOf } from '../words/language.ts';
import type { LastChange } from './changes.ts';
import type { NowView } from './operations.ts';
import { troublesOf } from './troubles.ts';

/** How often a page that somebody looks at asks again: a minute's bar grows in steps that one sees. */
const REFRESH = 'every 5s';

/** The page: what comes again every few seconds, and below it what seldom changes. */
export function nowPage(
  viewer: Environment['Variables'],
  view: NowView,
  changes: readonly LastChange[],
): Markup {
  const { language } = viewer;
  const words = wordsOf(language).now;
  const body = html`<div class="stack" id="live" data-live hx-get="/now/live" hx-trigger="${REFRESH}" hx-swap="innerHTML">${liveParts(language, view)}</div>
${changesCard(language, view, changes)}`;
  const title = wordsOf(language).frame.areas.now;
  return page({ viewer, area: 'now', title, lead: words.lead, body });
}

/** What is fetched again: figures, chart, troubles, latencies, campaigns. */
export function liveParts(language: Language, view: NowView): Markup {
  return html`${tiles(language, view)}
${traffic(language, view)}
<div class="split">${troublesCard(language, view)}${latencyCard(language, view)}</div>
${campaignsCard(language, view)}`;
}

function tiles(language: Language, { counts, messages, quarantine, asked, at }: NowView): Markup {
  const words = wordsOf(language).now;
  const { number, bytes, percent, ago } = formatsOf(language);
  const stopped = counts.quarantine + counts.reject;
  const oldest = quarantine.oldest === null ? words.noneHeld : words.oldest(ago(quarantine.oldest, at));
  const shares = [
    [words.messages, number(messages), words.lastHour],
    [words.stopped, number(stopped), messages === 0 ? '' : percent(stopped / messages, 1)],
    [words.tagged, number(counts.tag), messages === 0 ? '' : percent(counts.tag / messages, 1)],
  ].map(
    ([name, value, more]) =>
      html`<div class="tile"><dt>${name}</dt><dd class="big">${value}</dd><dd class="muted">${more}</dd></div>`,
  );
  return html`<dl class="tiles">${shares}<div class="tile"><dt>${words.held}</dt><dd class="big"><a href="/held">${number(quarantine.held)}</a></dd><dd class="muted">${bytes(quarantine.bytes)} · ${oldest}${asked === 0 ? '' : html` · <a href="/held?asked=1">${words.asked(number(asked))}</a>`}</dd></div></dl>`;
}

function traffic(language: Language, { minutes, messages, isCut, at }: NowView): Markup {
  const { now: words, frame } = wordsOf(language);
  const chart = stackedBars({
    language,
    title: words.perMinute,
    times: minutes.map((minute) => minute.at),
    series: VERDICTS.map((verdict) => ({
      name: frame.verdicts[verdict],
      look: `verdict-${verdict}`,
      values: minutes.map(({ counts }) => counts[verdict]),
    })),
  });
  const zone = frame.timeZone(TIME_ZONE);
  return html`<section class="card"><div class="page-head"><h2>${words.perMinute}</h2><span class="muted">${words.asOf(formatsOf(language).dateTime(at))} · ${zone}</span></div>
${isCut ? html`<p class="note">${words.cut}</p>` : ''}${messages === 0 ? emptyState(words.noMail, words.noMailNext, html`<code>postern doctor</code>`) : chart}</section>`;
}

function troublesCard(language: Language, view: NowView): Markup {
  const words = wordsOf(language).now;
  const troubles = troublesOf(view, words);
  const rows = troubles.map(
    ({ grave, what, todo }) =>
      html`<li class="note ${grave ? 'error' : 'warn'}"><strong>${what}</strong><br>${todo}</li>`,
  );
  const well = html`<p class="note good"><strong>${words.allWell}</strong><br>${Object.keys(view.health.checks).join(', ')}</p>`;
  return html`<section class="card"><h2>${words.troubles}</h2>${troubles.length === 0 ? well : html`<ul class="plain">${rows}</ul>`}</section>`;
}

function latencyCard(language: Language, { latencies }: NowView): Markup {
  const words = wordsOf(language).now;
  const { duration } = formatsOf(language);
  const rows = latencies.map(
    ({ stage, p50, p95, p99 }) =>
      html`<tr><th scope="row">${stage === 'total' ? words.total : (words.stages[stage] ?? stage)}</th>${[p50, p95, p99].map((one) => html`<td class="number">${duration(one)}</td>`)}</tr>`,
  );
  const table = html`<div class="scroll" tabindex="0" role="region" aria-label="${words.latency}"><table class="list"><thead><tr><th scope="col">${words.stage}</th><th scope="col" class="number">${words.half}</th><th scope="col" class="number">95 %</th><th scope="col" class="number">99 %</th></tr></thead><tbody>${rows}</tbody></table></div>`;
  return html`<section class="card"><h2>${words.latency}</h2><p class="muted">${words.latencyMeans}</p>${rows.length === 0 ? html`<p class="muted">${words.nothingYet}</p>` : table}</section>`;
}

function campaignsCard(language: Language, { campaigns, at }: NowView): Markup {
  const words = wordsOf(language).now;
  const { number, ago } = formatsOf(language);
  const rows = campaigns.map((one) => {
    const verdicts = VERDICTS.filter((verdict) => one.counts[verdict] > 0).map(
      (verdict) => html`${badge(verdict, language)} ${number(one.counts[verdict])} `,
    );
    return html`<tr><td class="wrap"><a class="quote" href="/held?likeness=${encodeURIComponent(one.likeness)}">${one.subject || words.noSubject}</a><br><span class="muted quote">${one.from}</span></td><td class="mono wrap" data-label="${words.shared}">${one.likeness}</td><td data-label="${words.category}">${one.category}</td><td class="number" data-label="${words.messages}">${number(one.messages)}</td><td>${verdicts}</td><td class="nowrap muted">${ago(one.since, at)}</td></tr>`;
  });
  const table = html`<div class="scroll"><table class="list stacks"><thead><tr>${[words.latest, words.shared, words.category].map((name) => html`<th scope="col">${name}</th>`)}<th scope="col" class="number">${words.messages}</th><th scope="col">${words.verdicts}</th><th scope="col">${words.since}</th></tr></thead><tbody>${rows}</tbody></table></div>`;
  return html`<section class="card"><h2>${words.campaigns}</h2><p class="muted">${words.campaignsMean}</p>${rows.length === 0 ? html`<p class="muted">${words.noCampaign}</p>` : table}</section>`;
}

function changesCard(language: Language, view: NowView, changes: readonly LastChange[]): Markup {
  const words = wordsOf(language).now;
  const taken = view.configurationAt;
  const rows = changes.map(
    (one) =>
      html`<dt>${words.changed[one.kind]}</dt><dd>${moment(one.at, language)} · ${one.actor}: ${one.action} <code>${one.subject}</code>${one.before === null && one.after === null ? '' : html` <span class="muted">${one.before ?? '–'} → ${one.after ?? '–'}</span>`}</dd>`,
  );
  return html`<section class="card"><h2>${words.runs}</h2><dl class="facts"><dt>${words.version}</dt><dd>Postern ${view.version}</dd><dt>${words.model}</dt><dd><code>${view.model}</code></dd><dt>${words.configuration}</dt><dd>${taken === null ? words.asStarted : html`${words.taken} ${moment(taken, language)}`}</dd>${rows}</dl></section>`;
}
