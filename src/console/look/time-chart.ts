import { html } from 'hono/html';
import { type Language, wordsOf } from '../words/language.ts';
import { spread } from './axis.ts';
import { formatsOf } from './formats.ts';
import type { Markup } from './layout.ts';

export interface Series {
  readonly name: string;
  /** `verdict-…` or `series-0` to `series-5` (console.css). */
  readonly look: string;
  /** One for each time; null where there is none. */
  readonly values: readonly (number | null)[];
}

export interface TimeChart {
  readonly language: Language;
  /** What is shown, for those who do not see it, too. */
  readonly title: string;
  /** Start of each step, evenly spaced. */
  readonly times: readonly Date[];
  readonly series: readonly Series[];
  /** How a value is written; as a whole number without. */
  readonly format?: (value: number) => string;
  /** How a time is written below the chart; hours and minutes without. */
  readonly formatTime?: (at: Date) => string;
  /** The figures as a table below; true without. */
  readonly table?: boolean;
}

/** Words below a chart that do not run into each other on a phone. */
const TIME_LABELS = 5;

/** The frame around the plot of a chart over time: ticks and times as text beside it, so that they keep their size; legend and table. */
export function timeChart(chart: TimeChart, ticks: readonly number[], plot: Markup): Markup {
  const { format = formatsOf(chart.language).number, formatTime = formatsOf(chart.language).time } = chart;
  const times = spread(chart.times, TIME_LABELS);
  return html`<figure class="chart">
<figcaption class="visually-hidden">${chart.title}</figcaption>
<div class="plot"><div class="ticks" aria-hidden="true">${ticks.toReversed().map((tick) => html`<span>${format(tick)}</span>`)}</div>
<svg class="time-chart" role="img" aria-label="${chart.title}" viewBox="0 0 ${Math.max(1, chart.times.length)} 100" preserveAspectRatio="none" width="100%" height="200">${gridLines(ticks.length, chart.times.length)}${plot}</svg>
<div class="times" aria-hidden="true">${times.map((at) => html`<span>${formatTime(at)}</span>`)}</div></div>
<ul class="legend">${chart.series.map(({ name, look }) => html`<li class="${look}">${name}</li>`)}</ul>
${chart.table === false ? '' : asTable(chart, format, formatTime)}
</figure>`;
}

/** What a pointer over one step says: its time and every value. */
export function hits(chart: TimeChart): readonly Markup[] {
  const { format = formatsOf(chart.language).number, formatTime = formatsOf(chart.language).time } = chart;
  return chart.times.map((at, i) => {
    const values = chart.series.map(({ name, values }) => {
      const value = values[i] ?? null;
      return `${name}: ${value === null ? '–' : format(value)}`;
    });
    return html`<rect class="hit" x="${i}" y="0" width="1" height="100"><title>${[formatTime(at), ...values].join('\n')}</title></rect>`;
  });
}

function gridLines(ticks: number, steps: number): readonly Markup[] {
  return Array.from({ length: ticks }, (_, i) => {
    const y = ((100 * i) / Math.max(1, ticks - 1)).toFixed(2);
    return html`<line class="grid" x1="0" x2="${Math.max(1, steps)}" y1="${y}" y2="${y}"/>`;
  });
}

function asTable(
  { language, title, times, series }: TimeChart,
  format: (value: number) => string,
  formatTime: (at: Date) => string,
): Markup {
  const words = wordsOf(language).frame;
  const rows = times.map(
    (at, i) =>
      html`<tr><th scope="row">${formatTime(at)}</th>${series.map(({ values }) => {
        const value = values[i] ?? null;
        return html`<td class="number">${value === null ? '–' : format(value)}</td>`;
      })}</tr>`,
  );
  return html`<details class="more"><summary>${words.asTable}</summary><div class="scroll" tabindex="0"><table class="list"><caption>${title}</caption><thead><tr><th scope="col">${words.time}</th>${series.map(({ name }) => html`<th scope="col" class="number">${name}</th>`)}</tr></thead><tbody>${rows}</tbody></table></div></details>`;
}
