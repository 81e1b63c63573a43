import { html } from 'hono/html';
import type { Markup } from './layout.ts';

export interface Interval {
  readonly value: number;
  /** Ends of the 95 % interval. */
  readonly low: number;
  readonly high: number;
  /** Ends of the scale; 0 and 1 without. */
  readonly least?: number;
  readonly most?: number;
  /** The same in words: the picture is decoration beside them, or says this itself. */
  readonly label: string;
}

/** A value with its interval on a scale. */
export function intervalBar({ value, low, high, least = 0, most = 1, label }: Interval): Markup {
  const place = (one: number) =>
    `${(2 + 96 * Math.min(1, Math.max(0, (one - least) / (most - least || 1)))).toFixed(2)}%`;
  const width = `${(Number.parseFloat(place(high)) - Number.parseFloat(place(low))).toFixed(2)}%`;
  return html`<svg class="interval" role="img" aria-label="${label}" width="100%" height="16"><title>${label}</title><line class="grid" x1="2%" x2="98%" y1="8" y2="8"/><rect class="band series-0" x="${place(low)}" width="${width}" y="3" height="10" rx="3"/><circle class="series-0" cx="${place(value)}" cy="8" r="4"/></svg>`;
}
