import { html } from 'hono/html';
import { type Language, wordsOf } from '../words/language.ts';
import { formatsOf } from './formats.ts';
import type { Markup } from './layout.ts';

export interface Pager {
  readonly language: Language;
  readonly shown: number;
  readonly total: number;
  /** More than `total`, which was not counted to its end. */
  readonly more?: boolean;
  /** Address of the page after this one; null on the last. */
  readonly next: string | null;
  /** Address of the first page; null on it. */
  readonly first: string | null;
}

/** How much of a list this is, and the way on. */
export function pager({ language, shown, total, more = false, next, first }: Pager): Markup {
  const words = wordsOf(language).frame;
  const { number } = formatsOf(language);
  return html`<nav class="pager" aria-label="${words.pages}"><span>${words.rows(number(shown), `${number(total)}${more ? '+' : ''}`)}</span>
<span class="actions">${first === null ? '' : html`<a class="button small" href="${first}">${words.first}</a>`}${next === null ? '' : html`<a class="button small" rel="next" data-key="n" href="${next}">${words.later}</a>`}</span></nav>`;
}
