import { html } from 'hono/html';
import type { Markup } from './layout.ts';

/** A line of a few values without axes, beside a number that says how much. */
export function sparkline(values: readonly number[], label: string): Markup {
  const [least, most] = [Math.min(0, ...values), Math.max(...values, 0)];
  const y = (value: number) => (29 - (27 * (value - least)) / (most - least || 1)).toFixed(1);
  const path = values.map((value, i) => `${i === 0 ? 'M' : 'L'}${i} ${y(value)}`).join('');
  return html`<svg class="sparkline" role="img" aria-label="${label}" viewBox="0 0 ${Math.max(1, values.length - 1)} 30" preserveAspectRatio="none"><title>${label}</title><path class="line series-0" vector-effect="non-scaling-stroke" d="${path}"/></svg>`;
}
