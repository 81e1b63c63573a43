import { html } from 'hono/html';
import { pathText } from '../../config/shape.ts';
import type { Change, ReplaySummary } from '../../lab/replay/summary.ts';
import type { AuditRecord } from '../../ledger/record.ts';
import { VERDICTS, type Verdict } from '../../policy/verdict.ts';
import type { Environment } from '../environment.ts';
import { badge } from '../look/badge.ts';
import { field, select, tokenField } from '../look/fields.ts';
import type { Markup } from '../look/layout.ts';
import { wordsOf } from '../words/language.ts';
import { type Foretold, MOST_DAYS, STEPS, type Step, type Thresholds, type Trial } from './operations.ts';

type Viewer = Environment['Variables'];

export interface WhatIfView {
  readonly viewer: Viewer;
  readonly trial: Trial;
  readonly now: Thresholds;
  readonly domains: readonly (string | null)[];
  readonly foretold: Foretold | { readonly problem: string };
  readonly mayMake: boolean;
  readonly changes: readonly AuditRecord[];
  readonly mayUndo: (record: AuditRecord) => boolean;
  /** What was just done. */
  readonly said: string | null;
}

/** The body of the page: thresholds, what they would do, and what was changed before. */
export function whatIfBody(view: WhatIfView): Markup {
  const { viewer, trial, domains, said } = view;
  const words = wordsOf(viewer.language).whatIf;
  const choices = domains.map((domain) => ({ value: domain ?? '', words: domain ?? words.allDomains }));
  return html`${said === null ? '' : html`<p class="note good" role="status">${said}</p>`}
<form class="filters" method="get" action="/what-if">${select({ label: words.domain, name: 'domain', value: trial.domain ?? '', choices })}<button>${words.open}</button></form>
<form id="trial" method="get" action="/what-if" hx-get="/what-if/result" hx-target="#result" hx-trigger="input delay:300ms, submit" hx-sync="this:replace">
<input type="hidden" name="domain" value="${trial.domain ?? ''}">
<div class="cards">${STEPS.map((step) => threshold(viewer, step, trial.thresholds[step]))}<div class="card">${field({ label: words.days, name: 'days', type: 'number', min: 1, max: MOST_DAYS, step: 1, value: String(trial.days) })}</div></div>
<div class="actions"><button class="primary">${words.tryIt}</button></div></form>
<section id="result" aria-live="polite">${whatIfResult(view)}</section>
${history(view)}`;
}

/** The number counts, unless only the slider was moved: `from` says where both began, so the form works without scripts, too. */
function threshold({ language }: Viewer, step: Step, value: number | null): Markup {
  const words = wordsOf(language).whatIf;
  const text = value === null ? '' : String(value);
  const slider = text === '' ? '1' : text;
  const label = words.steps[step];
  return html`<div class="card">${field({ label, name: step, type: 'number', min: 0, max: 1, step: 'any', value: text, hint: words.never })}
<input type="range" name="${step}Slider" min="0" max="1" step="0.01" value="${slider}" aria-label="${words.slider(label)}" data-mirror="field-${step}">
<input type="hidden" name="${step}From" value="${text}"></div>`;
}

/** What the trial would do. */
export function whatIfResult(view: WhatIfView): Markup {
  const { foretold, viewer } = view;
  if ('problem' in foretold) return html`<p class="note error">${foretold.problem}</p>`;
  const { summary } = foretold;
  const words = wordsOf(viewer.language).whatIf;
  const { cases, verified, notReplayed, needsMail } = summary;
  return html`<p>${words.replayed(summary.replayed, summary.decisions, summary.changed)}</p>
${verified === null ? '' : html`<p class="muted">${words.verified(verified.same, verified.decisions)}</p>`}
<ul class="muted">${notReplayed.reasons.map(({ count, reason }) => html`<li>${words.notReplayed(count, reason)}</li>`)}${needsMail.map(({ rule, decisions }) => html`<li>${words.needsMail(rule, decisions)}</li>`)}</ul>
<p>${words.mended(cases.newlyCaught.count, cases.newlyRight.count)} ${words.caused(cases.newlyMissed.count, cases.newlyWrong.count)}</p>
${moves(viewer, summary)}${moved(viewer, summary)}${difference(view, foretold)}`;
}

function moves({ language }: Viewer, { moves }: ReplaySummary): Markup {
  if (moves.length === 0) return html``;
  const words = wordsOf(language).whatIf;
  const count = (verdict: Verdict, side: 'from' | 'to') =>
    moves.filter((move) => move[side] === verdict).reduce((sum, move) => sum + move.count, 0);
  const rows = VERDICTS.map((verdict) => ({
    verdict,
    out: count(verdict, 'from'),
    into: count(verdict, 'to'),
  }))
    .filter(({ out, into }) => out + into > 0)
    .map(
      ({ verdict, out, into }) =>
        html`<tr><td>${badge(verdict, language)}</td><td class="number">−${out}</td><td class="number">+${into}</td></tr>`,
    );
  return html`<div class="scroll" tabindex="0"><table class="list"><thead><tr><th>${words.verdict}</th><th class="number">−</th><th class="number">+</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

function moved({ language }: Viewer, { changes, changed }: ReplaySummary): Markup {
  const words = wordsOf(language).whatIf;
  if (changes.length === 0) return html`<p>${words.movedNone}</p>`;
  const row = ({ id, before, after, from, subject, label }: Change) =>
    html`<tr><td>${badge(before.verdict, language)} → ${badge(after.verdict, language)}</td><td><a href="/decisions/${id}">${subject === '' ? id : subject}</a><br><span class="muted">${from}</span></td><td class="number">${after.score.toFixed(3)}</td><td>${label ?? words.unlabelled}</td></tr>`;
  return html`<h2>${words.moved}</h2><div class="scroll" tabindex="0"><table class="list" data-keys><thead><tr><th>${words.move}</th><th>${words.message}</th><th class="number">${words.score}</th><th>${words.label}</th></tr></thead><tbody>${changes.map(row)}</tbody></table></div>
${changed > changes.length ? html`<p class="muted">${words.more(changed - changes.length)}</p>` : ''}`;
}

function difference({ viewer, trial, mayMake }: WhatIfView, { differences }: Foretold): Markup {
  const words = wordsOf(viewer.language).whatIf;
  const shown = (value: number | null) => (value === null ? words.never0 : String(value));
  if (differences.length === 0) return html`<p class="muted">${words.noChanges}</p>`;
  const hidden = STEPS.map(
    (step) => html`<input type="hidden" name="${step}" value="${trial.thresholds[step] ?? ''}">`,
  );
  return html`<h2>${words.changes}</h2><div class="scroll" tabindex="0"><table class="list"><thead><tr><th>${words.key}</th><th class="number">${words.before}</th><th class="number">${words.after}</th></tr></thead><tbody>
${differences.map(({ path, before, after }) => html`<tr><td><code>${pathText(path)}</code></td><td class="number">${shown(before)}</td><td class="number">${shown(after)}</td></tr>`)}</tbody></table></div>
${mayMake ? html`<form method="post" action="/what-if/apply" class="filters">${tokenField(viewer.formToken)}<input type="hidden" name="domain" value="${trial.domain ?? ''}"><input type="hidden" name="days" value="${trial.days}">${hidden}${field({ label: words.reason, name: 'reason', required: true, grow: true })}<button class="primary">${words.make}</button></form>` : html`<p class="note">${words.propose}</p>`}`;
}

function history({ viewer, changes, mayUndo }: WhatIfView): Markup {
  const words = wordsOf(viewer.language).whatIf;
  if (changes.length === 0) return html`<h2>${words.history}</h2><p class="muted">${words.historyNone}</p>`;
  const row = (record: AuditRecord) =>
    html`<tr><td>${record.at.slice(0, 16).replace('T', ' ')}</td><td>${record.actor}</td><td><code>${record.subject.slice('config:'.length)}</code></td><td>${record.before ?? words.byDefault} → ${record.after ?? words.byDefault}</td><td>${record.reason}</td><td>${mayUndo(record) ? html`<form method="post" action="/what-if/undo">${tokenField(viewer.formToken)}<input type="hidden" name="id" value="${record.id}"><button>${words.undo}</button></form>` : ''}</td></tr>`;
  return html`<h2>${words.history}</h2><div class="scroll" tabindex="0"><table class="list"><thead><tr><th>${words.at}</th><th>${words.actor}</th><th>${words.key}</th><th>${words.before} → ${words.after}</th><th>${words.reason}</th><th>${words.undo}</th></tr></thead><tbody>${changes.map(row)}</tbody></table></div>`;
}
