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
import {
  type Foretold,
  type Made,
  MOST_DAYS,
  RULE_STATUSES,
  STEPS,
  type Step,
  type Thresholds,
  type Trial,
} from './operations.ts';

type Viewer = Environment['Variables'];

export interface WhatIfView {
  readonly viewer: Viewer;
  readonly trial: Trial;
  readonly now: Thresholds;
  readonly domains: readonly (string | null)[];
  readonly foretold: Foretold | { readonly problem: string; readonly lines: readonly string[] };
  readonly mayMake: boolean;
  readonly mayMakeRule: boolean;
  readonly changes: readonly AuditRecord[];
  readonly mayUndo: (record: AuditRecord) => boolean;
  /** What was just done. */
  readonly made: Made | null;
}

/** The body of the page: thresholds and a rule, what they would do, and what was changed before. */
export function whatIfBody(view: WhatIfView): Markup {
  const { viewer, trial, domains } = view;
  const words = wordsOf(viewer.language).whatIf;
  const choices = domains.map((domain) => ({ value: domain ?? '', words: domain ?? words.allDomains }));
  return html`${said(view)}
<form class="filters" method="get" action="/what-if">${select({ label: words.domain, name: 'domain', value: trial.domain ?? '', choices })}<button>${words.open}</button></form>
<form id="trial" class="what-if" method="get" action="/what-if" hx-post="/what-if/result" hx-target="#result" hx-trigger="input delay:200ms, submit" hx-sync="this:replace">
<input type="hidden" name="domain" value="${trial.domain ?? ''}">
<div class="cards">${STEPS.map((step) => threshold(viewer, step, trial.thresholds[step]))}<div class="card">${field({ label: words.days, name: 'days', type: 'number', min: 1, max: MOST_DAYS, step: 1, value: String(trial.days) })}</div></div>
${ruleField(view)}
<div class="actions"><button class="primary">${words.tryIt}</button></div></form>
<section id="result" class="what-if" aria-live="polite">${whatIfResult(view)}</section>
${history(view)}`;
}

function said({ viewer, made }: WhatIfView): Markup {
  if (made === null) return html``;
  const words = wordsOf(viewer.language).whatIf;
  if (made.refused !== null)
    return html`<div class="note error" role="alert"><p>${words.gateRefused}</p><pre>${made.refused}</pre></div>`;
  const text = made.inForce === null ? words.written : made.inForce ? words.made : words.slow;
  return html`<p class="note good" role="status">${text}</p>`;
}

/** Without scripts its own button posts it: an address is too short for a rule. */
function ruleField({ viewer, trial }: WhatIfView): Markup {
  const words = wordsOf(viewer.language).whatIf;
  const rule = trial.rule ?? '';
  return html`<details class="more"${rule.trim() === '' ? '' : html` open`}><summary>${words.rule}</summary>
<div class="field"><label for="field-rule">${words.ruleYaml}</label><textarea id="field-rule" name="rule" rows="12" spellcheck="false" aria-describedby="field-rule-hint" placeholder="${EXAMPLE}">${rule}</textarea><span class="hint" id="field-rule-hint">${words.ruleHint}</span></div>
<div class="actions"><button formmethod="post" name="token" value="${viewer.formToken}">${words.tryRule}</button></div></details>`;
}

const EXAMPLE = `id: payroll_change_by_stranger
category: bec
weight: 2
when: first_contact && !established && language.themes.money > 0.0
words: A stranger writes of money
falsePositives: New customers
tests:
  match-1: |
    From: …
  no-match-1: |
    From: …`;

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
  if ('problem' in foretold)
    return html`<div class="note error"><p>${foretold.problem}</p>${foretold.lines.length === 0 ? '' : html`<ul>${foretold.lines.map((line) => html`<li><code>${line}</code></li>`)}</ul>`}</div>`;
  const { summary } = foretold;
  const words = wordsOf(viewer.language).whatIf;
  const { cases, verified, notReplayed, needsMail } = summary;
  return html`<p>${words.replayed(summary.replayed, summary.decisions, summary.changed)}</p>
${verified === null ? '' : html`<p class="muted">${words.verified(verified.same, verified.decisions)}</p>`}
<ul class="muted">${notReplayed.reasons.map(({ count, reason }) => html`<li>${words.notReplayed(count, reason)}</li>`)}${needsMail.map(({ rule, decisions, fromLog }) => (fromLog === decisions ? '' : html`<li>${words.needsMail(rule, decisions - fromLog)}</li>`))}</ul>
${ruleTests(viewer, foretold)}
<p>${words.mended(cases.newlyCaught.count, cases.newlyRight.count)} ${words.caused(cases.newlyMissed.count, cases.newlyWrong.count)}</p>
${totals(viewer, summary)}${moved(viewer, foretold)}${difference(view, foretold)}`;
}

function ruleTests({ language }: Viewer, { rule }: Foretold): Markup {
  if (rule === null) return html``;
  const words = wordsOf(language).whatIf;
  if (rule.tests.length === 0) return html`<p class="muted">${words.noTests}</p>`;
  return html`<ul>${rule.tests.map(({ test, passed, detail }) => html`<li><code>${test}</code>: ${passed ? words.testPassed : words.testFailed(test, detail)}</li>`)}</ul>`;
}

function totals({ language }: Viewer, { before, moves }: ReplaySummary): Markup {
  const words = wordsOf(language).whatIf;
  const moving = (verdict: Verdict, side: 'from' | 'to') =>
    moves.filter((move) => move[side] === verdict).reduce((sum, move) => sum + move.count, 0);
  const rows = VERDICTS.map((verdict) => {
    const count = before.find((one) => one.verdict === verdict)?.count ?? 0;
    const [out, into] = [moving(verdict, 'from'), moving(verdict, 'to')];
    return { verdict, count, out, into, after: count - out + into };
  })
    .filter(({ count, into }) => count + into > 0)
    .map(
      ({ verdict, count, out, into, after }) =>
        html`<tr><td>${badge(verdict, language)}</td><td class="number">${count}</td><td class="number">−${out}</td><td class="number">+${into}</td><td class="number">${after}</td></tr>`,
    );
  return html`<div class="scroll" tabindex="0"><table class="list"><thead><tr><th>${words.verdict}</th><th class="number">${words.before}</th><th class="number">−</th><th class="number">+</th><th class="number">${words.after}</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

function moved({ language }: Viewer, { summary: { changes, changed }, held }: Foretold): Markup {
  const words = wordsOf(language).whatIf;
  if (changes.length === 0) return html`<p>${words.movedNone}</p>`;
  const row = ({ id, before, after, from, subject, label }: Change) =>
    html`<tr><td>${badge(before.verdict, language)} → ${badge(after.verdict, language)}</td><td><a href="${held.has(id) ? '/held/' : '/decisions/'}${id}">${subject === '' ? id : subject}</a><br><span class="muted">${from}</span></td><td class="number">${after.score.toFixed(3)}</td><td>${label ?? words.unlabelled}</td></tr>`;
  return html`<h2>${words.moved}</h2><div class="scroll" tabindex="0"><table class="list" data-keys><thead><tr><th>${words.move}</th><th>${words.message}</th><th class="number">${words.score}</th><th>${words.label}</th></tr></thead><tbody>${changes.map(row)}</tbody></table></div>
${changed > changes.length ? html`<p class="muted">${words.more(changed - changes.length)}</p>` : ''}`;
}

function difference(view: WhatIfView, { differences, rule }: Foretold): Markup {
  const { viewer, trial } = view;
  const words = wordsOf(viewer.language).whatIf;
  const shown = (value: number | null) => (value === null ? words.never0 : String(value));
  if (differences.length === 0 && rule === null) return html`<p class="muted">${words.noChanges}</p>`;
  const hidden = [
    ...STEPS.map(
      (step) => html`<input type="hidden" name="${step}" value="${trial.thresholds[step] ?? ''}">`,
    ),
    ...(rule === null ? [] : [html`<input type="hidden" name="rule" value="${trial.rule ?? ''}">`]),
  ];
  const may = view.mayMake && (rule === null || view.mayMakeRule);
  const added =
    rule === null
      ? ''
      : html`<tr><td><code>rule:${rule.id}</code></td><td class="number">–</td><td class="number">${words.newRule}</td></tr>`;
  return html`<h2>${words.changes}</h2><div class="scroll" tabindex="0"><table class="list"><thead><tr><th>${words.key}</th><th class="number">${words.before}</th><th class="number">${words.after}</th></tr></thead><tbody>
${differences.map(({ path, before, after }) => html`<tr><td><code>${pathText(path)}</code></td><td class="number">${shown(before)}</td><td class="number">${shown(after)}</td></tr>`)}${added}</tbody></table></div>
${may ? html`<form method="post" action="/what-if/apply" class="filters">${tokenField(viewer.formToken)}${place(trial)}${hidden}${rule === null ? '' : statusOf(viewer)}${field({ label: words.reason, name: 'reason', required: true, grow: true })}<button class="primary">${words.make}</button></form>` : html`<p class="note">${words.propose}</p>`}`;
}

function statusOf({ language }: Viewer): Markup {
  const words = wordsOf(language).whatIf;
  const choices = RULE_STATUSES.map((value) => ({ value, words: words.statuses[value] }));
  return select({ label: words.status, name: 'status', value: 'shadow', choices });
}

function place({ domain, days }: Trial): Markup {
  return html`<input type="hidden" name="domain" value="${domain ?? ''}"><input type="hidden" name="days" value="${days}">`;
}

function history(view: WhatIfView): Markup {
  const words = wordsOf(view.viewer.language).whatIf;
  const { changes } = view;
  if (changes.length === 0) return html`<h2>${words.history}</h2><p class="muted">${words.historyNone}</p>`;
  return html`<h2>${words.history}</h2><div class="scroll" tabindex="0"><table class="list"><thead><tr><th>${words.at}</th><th>${words.actor}</th><th>${words.key}</th><th>${words.before} → ${words.after}</th><th>${words.reason}</th><th>${words.undo}</th></tr></thead><tbody>${changes.map((record) => historyRow(view, record))}</tbody></table></div>`;
}

function historyRow({ viewer, trial, mayUndo }: WhatIfView, record: AuditRecord): Markup {
  const words = wordsOf(viewer.language).whatIf;
  const { id, at, actor, subject, before, after, reason } = record;
  const isRule = subject.startsWith('rule:');
  const was = before === null ? (isRule ? '–' : words.byDefault) : isRule ? words.newRule : before;
  const is = after === null ? (isRule ? '–' : words.byDefault) : isRule ? words.newRule : after;
  const button = html`<form method="post" action="/what-if/undo">${tokenField(viewer.formToken)}${place(trial)}<input type="hidden" name="id" value="${id}"><button>${words.undo}</button></form>`;
  return html`<tr><td>${at.slice(0, 16).replace('T', ' ')}</td><td>${actor}</td><td><code>${subject.replace(/^config:/, '')}</code></td><td>${was} → ${is}</td><td>${reason}</td><td>${mayUndo(record) ? button : ''}</td></tr>`;
}
