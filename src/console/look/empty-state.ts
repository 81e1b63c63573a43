import { html } from 'hono/html';
import type { Markup } from './layout.ts';

/** Nothing here: why, and what to do next. */
export function emptyState(title: string, text: string, next?: Markup): Markup {
  return html`<div class="empty"><svg width="44" height="44" viewBox="0 0 32 32" aria-hidden="true"><path d="M5 28V14.5a11 11 0 0 1 22 0V28" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round"/><path d="M11 28V15a5 5 0 0 1 10 0v13" fill="none" stroke="currentColor" stroke-width="2"/><path d="M3 28h26" stroke="currentColor" stroke-width="2" stroke-linecap="round"/></svg><h2>${title}</h2><p>${text}</p>${next ?? ''}</div>`;
}
