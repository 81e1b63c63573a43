import { html } from 'hono/html';
import { ticksFor } from './axis.ts';
import type { Markup } from './layout.ts';
import { hits, type Series, type TimeChart, timeChart } from './time-chart.ts';

export interface Line extends Series {
  /** Ends of an interval around each value, drawn as a band. */
  readonly low?: readonly (number | null)[];
  readonly high?: readonly (number | null)[];
}

export interface LineChart extends TimeChart {
  readonly series: readonly Line[];
  /** Where the axis ends at the least; the largest value without. */
  readonly most?: number;
}

/** Lines over time; a value that is missing leaves a gap, one alone is a dot. */
export function lineChart(chart: LineChart): Markup {
  const all = chart.series
    .flatMap(({ values, low = [], high = [] }) => [...values, ...low, ...high])
    .filter((value) => value !== null);
  const ticks = ticksFor(Math.min(0, ...all), Math.max(chart.most ?? 0, ...all) || 1);
  const [bottom = 0, top = 1] = [ticks[0], ticks.at(-1)];
  const y = (value: number) => (100 - (100 * (value - bottom)) / (top - bottom)).toFixed(2);
  const lines = chart.series.map(
    ({ look, values, low, high }) =>
      html`${low && high ? html`<path class="area band ${look}" d="${bandPath(low, high, y)}"/>` : ''}<path class="line ${look}" vector-effect="non-scaling-stroke" d="${linePath(values, y)}"/>`,
  );
  return timeChart(chart, ticks, html`${lines}${hits(chart)}`);
}

/** From middle to middle of the steps. A dot is a line of no length, which round ends make visible. */
function linePath(values: readonly (number | null)[], y: (value: number) => string): string {
  return values
    .map((value, i) => {
      if (value === null) return '';
      const here = `${i + 0.5} ${y(value)}`;
      const isFirst = (values[i - 1] ?? null) === null;
      if (!isFirst) return `L${here}`;
      return (values[i + 1] ?? null) === null ? `M${here}h0` : `M${here}`;
    })
    .join('');
}

function bandPath(
  low: readonly (number | null)[],
  high: readonly (number | null)[],
  y: (value: number) => string,
): string {
  const known = low.flatMap((least, i) => {
    const most = high[i] ?? null;
    return least === null || most === null ? [] : [{ at: i + 0.5, least, most }];
  });
  if (known.length === 0) return '';
  const there = known.map(({ at, most }) => `${at} ${y(most)}`);
  const back = known.toReversed().map(({ at, least }) => `${at} ${y(least)}`);
  return `M${[...there, ...back].join('L')}Z`;
}
