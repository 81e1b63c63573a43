import { html } from 'hono/html';
import type { AuditRecord } from '../../ledger/record.ts';
import type { Environment } from '../environment.ts';
import { emptyState } from '../look/empty-state.ts';
import { field } from '../look/fields.ts';
import { moment } from '../look/formats.ts';
import { type Markup, page } from '../look/layout.ts';
import { seesAll } from '../principal.ts';
import { wordsOf } from '../words/language.ts';

export type TrailFields = Readonly<Record<'actor' | 'action' | 'subject' | 'since' | 'until', string>>;

/** `records` is null where a date of the filter is none. */
export function trailPage(
  viewer: Environment['Variables'],
  fields: TrailFields,
  records: readonly AuditRecord[] | null,
): Markup {
  const words = wordsOf(viewer.language).trail;
  const filters = html`<form class="filters" method="get" action="/trail">${(['actor', 'action', 'subject'] as const).map((name) => field({ label: words[name], name, value: fields[name] }))}
${(['since', 'until'] as const).map((name) => field({ label: words[name], name, type: 'date', value: fields[name] }))}<button class="primary">${words.filter}</button></form>`;
  const list =
    records === null
      ? html`<p class="note error" role="alert">${words.problem}</p>`
      : records.length === 0
        ? emptyState(words.none, words.noneText)
        : html`<div class="scroll"><table class="list stacks"><thead><tr>${(['at', 'actor', 'action', 'subject', 'before', 'after', 'reason'] as const).map((name) => html`<th>${words[name]}</th>`)}</tr></thead><tbody>${records.map((record) => row(viewer, record))}</tbody></table></div>`;
  const lead = seesAll(viewer.principal) ? words.lead : words.ownLead;
  return page({ viewer, area: 'trail', title: words.title, lead, body: html`${filters}${list}` });
}

function row({ language }: Environment['Variables'], record: AuditRecord): Markup {
  const words = wordsOf(language).trail;
  const cell = (name: 'actor' | 'action' | 'subject' | 'before' | 'after' | 'reason') =>
    html`<td class="wrap" data-label="${words[name]}">${record[name] ?? '–'}</td>`;
  return html`<tr><td class="nowrap" data-label="${words.at}">${moment(new Date(record.at), language)}</td>${(['actor', 'action', 'subject', 'before', 'after', 'reason'] as const).map(cell)}</tr>`;
}
