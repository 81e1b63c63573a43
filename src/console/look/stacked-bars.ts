import { html } from 'hono/html';
import { ticksFor } from './axis.ts';
import type { Markup } from './layout.ts';
import { hits, type TimeChart, timeChart } from './time-chart.ts';

/** Share of a step that its bar takes. */
const BAR = 0.82;

/** Bars over time, the series on top of each other: the first at the bottom. */
export function stackedBars(chart: TimeChart): Markup {
  const totals = chart.times.map((_, i) =>
    chart.series.reduce((sum, { values }) => sum + (values[i] ?? 0), 0),
  );
  const ticks = ticksFor(0, Math.max(1, ...totals));
  const top = ticks.at(-1) ?? 1;
  const bars = chart.times.flatMap((_, i) => {
    let reached = 0;
    return chart.series.map(({ look, values }) => {
      const value = values[i] ?? 0;
      if (value === 0) return '';
      reached += value;
      const y = 100 - (100 * reached) / top;
      return html`<rect class="${look}" x="${(i + (1 - BAR) / 2).toFixed(2)}" width="${BAR}" y="${y.toFixed(2)}" height="${((100 * value) / top).toFixed(2)}"/>`;
    });
  });
  return timeChart(chart, ticks, html`${bars}${hits(chart)}`);
}
