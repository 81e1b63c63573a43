import { html } from 'hono/html';
import { type Language, wordsOf } from '../words/language.ts';
import { formatsOf } from './formats.ts';
import type { Markup } from './layout.ts';

/** One summand: a finding, or several small ones together. */
export interface Contribution {
  readonly words: string;
  /** Logit units; positive speaks against the message. */
  readonly weight: number;
}

export interface Contributions {
  readonly language: Language;
  /** Logit before any finding. */
  readonly bias: number;
  readonly rows: readonly Contribution[];
  /** The score that they give, 0 to 1. */
  readonly score: number;
}

interface Step extends Contribution {
  readonly kind: 'start' | 'positive' | 'negative' | 'total';
  /** Where the bar begins and ends, in logit units. */
  readonly from: number;
  readonly to: number;
}

/** Room beside the outermost bar, in parts of the span: a bar of no length is a line that one can see. */
const MARGIN = 0.03;

/** A table whose bars are a staircase: each begins where the one before ended, and the last, from zero, is their sum. */
export function contributionChart({ language, bias, rows, score }: Contributions): Markup {
  const { sum } = wordsOf(language).frame;
  const steps = staircase(bias, rows, sum);
  const edges = steps.flatMap(({ from, to }) => [from, to]);
  const low = Math.min(0, ...edges);
  const span = Math.max(0, ...edges) - low || 1;
  const place = (value: number) => 100 * (MARGIN + (1 - 2 * MARGIN) * ((value - low) / span));
  const { decimal, percent } = formatsOf(language);
  const lines = steps.map(
    (step) =>
      html`<tr class="${step.kind}"><th scope="row">${step.words}</th><td class="graph">${bar(step, place)}</td><td class="number">${decimal(step.weight, 2, true)}</td></tr>`,
  );
  return html`<table class="contributions"><caption>${sum.what}. ${sum.explained}</caption>
<tbody>${lines}</tbody>
<tfoot><tr><th scope="row">${sum.score}</th><td class="graph muted">1 / (1 + e<sup>${decimal(-total(steps), 2, true)}</sup>)</td><td class="number strong">${percent(score, 1)}</td></tr></tfoot></table>`;
}

function total(steps: readonly Step[]): number {
  return steps.at(-1)?.weight ?? 0;
}

function staircase(
  bias: number,
  rows: readonly Contribution[],
  words: { readonly start: string; readonly total: string },
): Step[] {
  const steps: Step[] = [{ words: words.start, weight: bias, kind: 'start', from: 0, to: bias }];
  let reached = bias;
  for (const { words: text, weight } of rows) {
    const from = reached;
    reached += weight;
    steps.push({ words: text, weight, kind: weight < 0 ? 'negative' : 'positive', from, to: reached });
  }
  return [...steps, { words: words.total, weight: reached, kind: 'total', from: 0, to: reached }];
}

function bar({ kind, from, to }: Step, place: (value: number) => number): Markup {
  const [start, end] = [place(Math.min(from, to)), place(Math.max(from, to))];
  const [zero, reached] = [place(0), place(to)].map(percentage);
  return html`<svg class="bar-chart" width="100%" height="22" aria-hidden="true"><line class="axis" x1="${zero}" x2="${zero}" y1="0" y2="22"/><rect class="${kind}" x="${percentage(start)}" y="4" width="${percentage(Math.max(0.4, end - start))}" height="14" rx="2"/>${kind === 'total' ? '' : html`<line class="guide" x1="${reached}" x2="${reached}" y1="18" y2="22"/>`}</svg>`;
}

function percentage(value: number): string {
  return `${value.toFixed(2)}%`;
}
