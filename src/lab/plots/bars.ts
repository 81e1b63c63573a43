import { axes, type Frame, line, linear, percentTicks } from './frame.ts';
import { COLOURS, document, type Element, element, INK, label, PALE } from './svg.ts';

export interface Bar {
  readonly name: string;
  /** One per series; null where there is no figure. */
  readonly values: readonly ({
    readonly value: number;
    readonly low: number;
    readonly high: number;
  } | null)[];
}

const LEFT = 150;
const RIGHT = 640;
const TOP = 48;
const BAR = 15;
const GAP = 14;

/** Shares from 0 to 1 with their limits, a group of bars for each name. */
export function barPlot(title: string, series: readonly string[], bars: readonly Bar[]): string {
  const group = series.length * BAR + GAP;
  const frame: Frame = { left: LEFT, top: TOP, right: RIGHT, bottom: TOP + bars.length * group + GAP };
  const x = linear([0, 1], [LEFT, RIGHT], percentTicks());
  const y = linear([0, 1], [frame.bottom, frame.top], []);
  const groups = bars.flatMap((bar, i) => {
    const top = TOP + GAP + i * group;
    return [
      label(LEFT - 8, top + (series.length * BAR) / 2 + 4, bar.name, { anchor: 'end' }),
      ...bar.values.flatMap((value, s) => one(value, top + s * BAR, x.at, COLOURS[s] ?? INK)),
    ];
  });
  return document(720, frame.bottom + 56, title, [
    ...axes(frame, x, y, { x: title, y: '' }),
    ...groups,
    ...series.flatMap((name, s) => key(name, s)),
  ]);
}

function one(
  value: Bar['values'][number],
  top: number,
  at: (value: number) => number,
  fill: string,
): Element[] {
  const middle = top + BAR / 2;
  if (value === null) return [label(at(0) + 6, middle + 4, 'too few messages', { fill: '#777' })];
  return [
    element('rect', {
      x: at(0),
      y: top + 1,
      width: Math.max(0, at(value.value) - at(0)),
      height: BAR - 2,
      fill,
      opacity: 0.75,
    }),
    line(at(value.low), middle, at(value.high), middle, INK),
    line(at(value.low), middle - 4, at(value.low), middle + 4, INK),
    line(at(value.high), middle - 4, at(value.high), middle + 4, INK),
  ];
}

function key(name: string, place: number): Element[] {
  const x = LEFT + place * 170;
  return [
    element('rect', {
      x,
      y: 18,
      width: 14,
      height: 14,
      fill: COLOURS[place] ?? INK,
      opacity: 0.75,
      stroke: PALE,
    }),
    label(x + 20, 30, name),
  ];
}
