import { html } from 'hono/html';
import type { Interval } from '../../lab/evaluate/interval.ts';
import { formatsOf } from '../look/formats.ts';
import { intervalBar } from '../look/interval-bar.ts';
import type { Markup } from '../look/layout.ts';
import { type Language, wordsOf } from '../words/language.ts';

/** A share with its limits in words: `62 % (41 % to 79 %)`. */
export function intervalWords(interval: Interval | null, language: Language): string {
  const words = wordsOf(language).efficacy;
  const { percent } = formatsOf(language);
  if (interval === null) return words.unknown;
  return words.interval(percent(interval.value), percent(interval.low), percent(interval.high));
}

/** The same as a picture over its words; a dash where nothing is known. */
export function intervalCell(interval: Interval | null, language: Language): Markup {
  if (interval === null)
    return html`<span class="muted" title="${wordsOf(language).efficacy.unknown}">–</span>`;
  const label = intervalWords(interval, language);
  return html`${intervalBar({ ...interval, label })}<span class="nowrap">${label}</span>`;
}

/** Category in the words of the viewer; a name of elsewhere as it is. */
export function categoryWords(category: string, language: Language): string {
  const { categories } = wordsOf(language).efficacy;
  return category in categories ? categories[category as keyof typeof categories] : category;
}
