import { html } from 'hono/html';
import type { Verdict } from '../../policy/verdict.ts';
import { type Language, wordsOf } from '../words/language.ts';
import type { Markup } from './layout.ts';

/** A verdict as a word on its colour. */
export function badge(verdict: Verdict, language: Language): Markup {
  return html`<span class="badge ${verdict}">${wordsOf(language).frame.verdicts[verdict]}</span>`;
}
