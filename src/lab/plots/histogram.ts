import { axes, type Frame, line, linear, logarithmic } from './frame.ts';
import { COLOURS, document, type Element, element, INK, label } from './svg.ts';

const FRAME: Frame = { left: 70, top: 40, right: 680, bottom: 360 };
const BINS = 60;
/** Scores beyond 0.05 % and 99.95 % are drawn in the outermost bins. */
const WIDEST = 7.6;
const HAM = COLOURS[2] ?? INK;
const UNWANTED = COLOURS[3] ?? INK;

export interface Mark {
  readonly name: string;
  /** 0 to 1. */
  readonly score: number;
}

/** Messages by score. The score's axis is that of its logit, the number of messages is logarithmic: the tails are what matters. */
export function histogramPlot(ham: Float64Array, unwanted: Float64Array, marks: readonly Mark[]): string {
  const shown = [0.001, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999];
  const x = linear(
    [-WIDEST, WIDEST],
    [FRAME.left, FRAME.right],
    shown.map((score) => ({ value: logit(score), text: String(score) })),
  );
  const [hams, bads] = [counts(ham), counts(unwanted)];
  const highest = 10 ** Math.ceil(Math.log10(Math.max(10, ...hams, ...bads)));
  const tens = Array.from({ length: Math.log10(highest) + 1 }, (_, i) => 10 ** i);
  const y = logarithmic(
    [0.5, highest],
    [FRAME.bottom, FRAME.top],
    tens.map((value) => ({ value, text: String(value) })),
  );
  return document(720, 420, 'Messages by score', [
    ...axes(FRAME, x, y, { x: 'score', y: 'messages' }),
    ...bars(hams, HAM, x.at, y.at),
    ...bars(bads, UNWANTED, x.at, y.at),
    ...marks.flatMap(({ name, score }) => [
      line(x.at(logit(score)), FRAME.top, x.at(logit(score)), FRAME.bottom, INK, '4 3'),
      label(x.at(logit(score)), FRAME.top - 6, `${name} ${score}`, { anchor: 'middle' }),
    ]),
    ...key('legitimate', HAM, FRAME.left),
    ...key('unwanted', UNWANTED, FRAME.left + 110),
  ]);
}

function logit(score: number): number {
  return Math.log(score / (1 - score));
}

function counts(logits: Float64Array): number[] {
  const bins = new Array<number>(BINS).fill(0);
  for (const value of logits) {
    const at = Math.floor(((value + WIDEST) / (2 * WIDEST)) * BINS);
    const bin = Math.min(BINS - 1, Math.max(0, at));
    bins[bin] = (bins[bin] ?? 0) + 1;
  }
  return bins;
}

function bars(
  counted: readonly number[],
  fill: string,
  x: (value: number) => number,
  y: (value: number) => number,
): Element[] {
  const width = (2 * WIDEST) / BINS;
  return counted.flatMap((count, i) => {
    if (count === 0) return [];
    const left = x(-WIDEST + i * width);
    return [
      element('rect', {
        x: left,
        y: y(count),
        width: x(-WIDEST + (i + 1) * width) - left,
        height: FRAME.bottom - y(count),
        fill,
        opacity: 0.5,
      }),
    ];
  });
}

function key(name: string, fill: string, x: number): Element[] {
  return [element('rect', { x, y: 10, width: 14, height: 14, fill, opacity: 0.5 }), label(x + 20, 22, name)];
}
