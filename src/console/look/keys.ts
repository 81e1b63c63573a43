import { html } from 'hono/html';
import type { Language } from '../words/language.ts';
import { wordsOf } from '../words/language.ts';
import type { Markup } from './layout.ts';

/** The dialog that `?` shows: what the keys do on lists (console.js). */
export function keysDialog(language: Language): Markup {
  const { keys, close } = wordsOf(language).frame;
  const rows = [
    ['j', keys.next],
    ['k', keys.previous],
    ['x', keys.select],
    ['Enter', keys.open],
    ['r', keys.release],
    ['/', keys.search],
    ['?', keys.help],
  ].map(([key, what]) => html`<dt><kbd>${key}</kbd></dt><dd>${what}</dd>`);
  return html`<dialog id="keys" aria-labelledby="keys-title"><h2 id="keys-title">${keys.title}</h2><dl class="facts">${rows}</dl><form method="dialog" class="actions"><button>${close}</button></form></dialog>`;
}
