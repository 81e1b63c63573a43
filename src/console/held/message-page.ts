import { html } from 'hono/html';
import { factsOf } from '../../evidence/evidence.ts';
import type { DecisionRecord } from '../../ledger/record.ts';
import type { Held } from '../../quarantine/quarantine.ts';
import { categoryWords } from '../efficacy/figures.ts';
import type { Environment } from '../environment.ts';
import { confirmButton } from '../look/confirm-button.ts';
import { contributionChart } from '../look/contribution-chart.ts';
import { field, select, tokenField } from '../look/fields.ts';
import { formatsOf, moment } from '../look/formats.ts';
import { type Markup, page } from '../look/layout.ts';
import { hasRole, seesAll } from '../principal.ts';
import { wordsOf } from '../words/language.ts';
import { SAYABLE } from './act.ts';
import { contributionsOf } from './contributions.ts';
import { defang } from './defang.ts';
import type { Dossier } from './find.ts';
import { heldTable, shown } from './list-page.ts';
import type { ReadMail } from './read-mail.ts';

type Viewer = Environment['Variables'];

/** Links and header fields on a page; the rest is in the raw download. */
const LISTED = 200;
const TEXT = 65_536;
const FACTS = 8_000;

export function messagePage(viewer: Viewer, dossier: Dossier, mail: ReadMail | null): Markup {
  const { held, decision } = dossier;
  const words = wordsOf(viewer.language).held;
  const earlier = dossier.earlier.rows.filter(({ id }) => id !== held.id);
  const body = html`${held.note === null ? '' : html`<p class="note warn">${words.interrupted}</p>`}
<div class="split aside"><div class="stack"><section class="card"><h2>${words.why}</h2><ul>${held.reasons.map((reason) => html`<li class="wrap">${shown(reason, 500)}</li>`)}</ul></section>
<section class="card"><h2>${words.sum}</h2>${decision === null ? html`<p>${words.noDecision}</p>` : sum(viewer, decision)}</section></div>
<div class="stack"><section class="card">${facts(viewer, held)}</section>${hasRole(viewer.principal, 'analyst') ? actions(viewer, held) : ''}</div></div>
${mail === null ? html`<p class="note">${words.gone}</p>` : content(viewer, held, mail)}
${decision === null ? '' : evidence(viewer, decision)}
<section class="card"><h2>${words.similar}</h2>${dossier.similar.length === 0 ? words.none : heldTable(viewer, dossier.similar)}</section>
<section class="card"><h2>${words.history}</h2>${earlier.length === 0 ? words.none : heldTable(viewer, earlier)}</section>`;
  return page({ viewer, area: 'held', title: shown(held.subject) || words.noSubject, body });
}

function facts({ language }: Viewer, held: Held): Markup {
  const words = wordsOf(language).held;
  const formats = formatsOf(language);
  const fates = held.fates.map(
    ({ recipient, state, releasedBy }) =>
      html`<li class="wrap"><bdi>${shown(recipient)}</bdi> <span class="badge ${state}">${words.states[state]}</span>${releasedBy === null ? '' : html` ${releasedBy}`}</li>`,
  );
  return html`<dl class="facts"><dt>${words.from}</dt><dd class="wrap"><bdi>${shown(held.from, 500)}</bdi></dd><dt>${words.envelopeSender}</dt><dd class="wrap"><bdi>${shown(held.envelope.mailFrom ?? '', 500)}</bdi></dd><dt>${words.recipients}</dt><dd><ul>${fates}</ul></dd><dt>${words.at}</dt><dd>${moment(held.heldAt, language)}</dd><dt>${words.category}</dt><dd>${categoryWords(held.category, language)}, ${words.score} ${formats.decimal(held.score, 3)}</dd><dt>${words.size}</dt><dd>${formats.bytes(held.sizeBytes)}</dd></dl>`;
}

function actions(viewer: Viewer, held: Held): Markup {
  const words = wordsOf(viewer.language).held;
  const remove = confirmButton({
    language: viewer.language,
    id: 'delete-message',
    label: words.delete,
    question: words.deleteQuestion,
    explanation: words.deleteText,
    name: 'action',
    value: 'delete',
  });
  const isAdmin = hasRole(viewer.principal, 'admin') && seesAll(viewer.principal);
  const button = (action: string, text: string, look = '') =>
    html`<button class="${look}" name="action" value="${action}"${action === 'release' ? html` data-key="r"` : ''}>${text}</button>`;
  const people = [
    { value: '', words: words.everybody },
    ...held.recipients.map((value) => ({ value, words: shown(value) })),
  ];
  const categories = SAYABLE.map((value) => ({
    value,
    words: categoryWords(value, viewer.language),
  }));
  const category = select({
    label: words.category,
    name: 'category',
    value: held.category,
    choices: categories,
  });
  const form = html`<form class="stack" method="post" action="/held/${held.id}">${tokenField(viewer.formToken)}`;
  return html`<section class="card"><h2>${words.actions}</h2>${form}
${select({ label: words.onlyFor, name: 'recipient', value: '', choices: people })}${field({ label: words.reason, name: 'reason' })}
<div class="actions">${held.state === 'held' ? html`${button('release', words.release, 'primary')}${button('releaseWrong', words.releaseWrong)}${remove.button}` : ''}${isAdmin ? html`${button('block', words.block)}${button('allow', words.allow)}` : ''}</div>
${category}<div class="actions">${button('mark', words.mark)}</div>${remove.dialog}</form>
<details class="more"><summary>${words.openCase}</summary>${form}${field({ label: words.caseReason, name: 'reason', id: 'case-reason', required: true })}<div class="actions">${button('case', words.openCase)}</div></form></details>
<p class="actions"><a class="button" href="/held/${held.id}/raw">${words.raw}</a><a class="button" href="/decisions/${held.id}">${words.decisionPage}</a></p></section>`;
}

function sum({ language }: Viewer, decision: DecisionRecord): Markup {
  const { sum: words } = wordsOf(language).frame;
  return contributionChart({ language, ...contributionsOf(decision, words.others) });
}

function content({ language }: Viewer, held: Held, { message, rawHeaders, links, isCut }: ReadMail): Markup {
  const words = wordsOf(language).held;
  const formats = formatsOf(language);
  const fields = message.headers
    .slice(0, LISTED)
    .map(
      ({ name, value }) =>
        html`<dt>${shown(name)}</dt><dd class="wrap"><bdi>${shown(value, 2_000)}</bdi></dd>`,
    );
  const targets = links
    .slice(0, LISTED)
    .map(
      ({ url, text, where }) =>
        html`<tr><td class="wrap mono">${defang(url)}</td><td class="wrap">${text === null ? '' : defang(text)}</td><td>${where}</td></tr>`,
    );
  const files = message.attachments.map(
    (file) =>
      html`<tr><td class="wrap"><bdi>${shown(file.fileName ?? '')}</bdi></td><td class="wrap">${shown(file.realType ?? file.claimedType)}</td><td class="number">${formats.bytes(file.size)}</td><td class="wrap mono">${file.sha256}</td></tr>`,
  );
  return html`<section class="card"><h2>${words.view}</h2>${isCut ? html`<p class="note">${words.cut}</p>` : ''}
${message.text === '' ? '' : html`<h3>${words.plain}</h3><pre class="wrap">${message.text.slice(0, TEXT)}</pre>`}
${message.html === null ? '' : html`<h3>${words.html}</h3><iframe class="safe-view" sandbox="" referrerpolicy="no-referrer" title="${words.html}" src="/held/${held.id}/view"></iframe>`}</section>
<section class="card"><h2>${words.links}</h2>${targets.length === 0 ? words.none : html`<div class="scroll" tabindex="0"><table class="list stacks"><thead><tr><th scope="col">${words.target}</th><th scope="col">${words.seenAs}</th><th scope="col">${words.where}</th></tr></thead><tbody>${targets}</tbody></table></div>`}</section>
<section class="card"><h2>${words.attachments}</h2>${files.length === 0 ? words.none : html`<div class="scroll" tabindex="0"><table class="list stacks"><thead><tr><th scope="col">${words.fileName}</th><th scope="col">${words.type}</th><th scope="col">${words.size}</th><th scope="col">${words.sha256}</th></tr></thead><tbody>${files}</tbody></table></div>`}</section>
<details class="more"><summary>${words.headers}</summary><dl class="facts">${fields}</dl></details>
<details class="more"><summary>${words.rawHeaders}</summary><pre class="wrap">${rawHeaders}</pre></details>`;
}

function evidence({ language }: Viewer, decision: DecisionRecord): Markup {
  const words = wordsOf(language).held;
  const authentication = factsOf(decision.evidence.authentication);
  const rows = Object.entries(decision.evidence).map(([source, outcome]) => {
    const text =
      outcome.status === 'ok'
        ? JSON.stringify(outcome.facts, null, 1)
        : `${words.failed}: ${outcome.reason}: ${outcome.detail}`;
    const title = source === 'reputation' ? words.memory : source;
    return html`<details class="more"><summary>${title}</summary><pre class="wrap">${text.slice(0, FACTS)}</pre></details>`;
  });
  const results =
    authentication === null
      ? words.none
      : html`<dl class="facts">${(['spf', 'dkim', 'dmarc', 'arc'] as const).map((name) => html`<dt>${name.toUpperCase()}</dt><dd>${authentication[name] ?? words.none}</dd>`)}</dl>`;
  return html`<section class="card"><h2>${words.authentication}</h2>${results}</section><section class="card"><h2>${words.evidence}</h2>${rows}</section>`;
}
