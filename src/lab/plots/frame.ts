import { type Element, element, INK, label, PALE } from './svg.ts';

/** From values to pixels, and where the axis has its ticks. */
export interface Scale {
  readonly at: (value: number) => number;
  readonly ticks: readonly { readonly value: number; readonly text: string }[];
}

/** The rectangle in which values are drawn. */
export interface Frame {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export function linear(
  [low, high]: readonly [number, number],
  [from, to]: readonly [number, number],
  ticks: Scale['ticks'],
): Scale {
  return { at: (value) => from + ((value - low) / (high - low)) * (to - from), ticks };
}

/** What is below the low end is drawn there: a logarithmic axis has no zero. */
export function logarithmic(
  [low, high]: readonly [number, number],
  [from, to]: readonly [number, number],
  ticks: Scale['ticks'],
): Scale {
  const place = (value: number) => Math.log(Math.max(low, value) / low) / Math.log(high / low);
  return { at: (value) => from + place(value) * (to - from), ticks };
}

/** Grid, ticks and titles of both axes. */
export function axes(frame: Frame, x: Scale, y: Scale, titles: { x: string; y: string }): Element[] {
  const { left, top, right, bottom } = frame;
  return [
    ...x.ticks.flatMap(({ value, text }) => [
      line(x.at(value), top, x.at(value), bottom, PALE),
      label(x.at(value), bottom + 18, text, { anchor: 'middle' }),
    ]),
    ...y.ticks.flatMap(({ value, text }) => [
      line(left, y.at(value), right, y.at(value), PALE),
      label(left - 8, y.at(value) + 4, text, { anchor: 'end' }),
    ]),
    element('rect', {
      x: left,
      y: top,
      width: right - left,
      height: bottom - top,
      fill: 'none',
      stroke: INK,
    }),
    label((left + right) / 2, bottom + 40, titles.x, { anchor: 'middle' }),
    label(left - 46, (top + bottom) / 2, titles.y, { anchor: 'middle', turn: -90 }),
  ];
}

export function line(x1: number, y1: number, x2: number, y2: number, stroke: string, dash = ''): Element {
  return element('line', { x1, y1, x2, y2, stroke, ...(dash === '' ? {} : { 'stroke-dasharray': dash }) });
}

export function polyline(points: readonly { x: number; y: number }[], stroke: string, dash = ''): Element {
  const path = points.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ');
  return element('polyline', {
    points: path,
    fill: 'none',
    stroke,
    'stroke-width': 2,
    'stroke-linejoin': 'round',
    ...(dash === '' ? {} : { 'stroke-dasharray': dash }),
  });
}

/** 0, 20 %, … 100 %. */
export function percentTicks(step = 0.2): Scale['ticks'] {
  return Array.from({ length: Math.round(1 / step) + 1 }, (_, i) => ({
    value: i * step,
    text: `${Math.round(i * step * 100)} %`,
  }));
}
