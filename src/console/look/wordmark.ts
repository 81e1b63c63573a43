import { html } from 'hono/html';
import type { Markup } from './layout.ts';

/** A small gate in a wall: what a postern is. */
export function wordmark(name: string): Markup {
  return html`<svg width="26" height="26" viewBox="0 0 32 32" aria-hidden="true"><path d="M5 28V14.5a11 11 0 0 1 22 0V28" fill="none" stroke="currentColor" stroke-width="3" stroke-linecap="round"/><path d="M11 28V15a5 5 0 0 1 10 0v13z" fill="currentColor"/></svg><span>${name}</span>`;
}
