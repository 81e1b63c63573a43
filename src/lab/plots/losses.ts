import { axes, type Frame, line, linear } from './frame.ts';
import { COLOURS, document, type Element, element, INK, label } from './svg.ts';

const LEFT = 150;
const RIGHT = 620;
const TOP = 16;
const STEP = 26;

/** Differences around zero, in points: one bar a name. */
export function lossPlot(
  title: string,
  losses: readonly { readonly name: string; readonly points: number }[],
): string {
  const reach = Math.max(1, ...losses.map(({ points }) => Math.ceil(Math.abs(points))));
  const step = Math.max(1, Math.ceil(reach / 5));
  const frame: Frame = { left: LEFT, top: TOP, right: RIGHT, bottom: TOP + losses.length * STEP + 12 };
  const low = Math.min(0, ...losses.map(({ points }) => Math.floor(points / step) * step));
  const high = Math.max(step, ...losses.map(({ points }) => Math.ceil(points / step) * step));
  const ticks = Array.from({ length: Math.round((high - low) / step) + 1 }, (_, i) => low + i * step);
  const x = linear(
    [low, high],
    [LEFT, RIGHT],
    ticks.map((value) => ({ value, text: String(value).replace('-', '−') })),
  );
  return document(660, frame.bottom + 56, title, [
    ...axes(frame, x, linear([0, 1], [frame.bottom, TOP], []), { x: title, y: '' }),
    ...losses.flatMap(({ name, points }, i) => bar(name, points, TOP + 10 + i * STEP, x.at)),
    line(x.at(0), TOP, x.at(0), frame.bottom, INK),
  ]);
}

function bar(name: string, points: number, top: number, at: (value: number) => number): Element[] {
  const [from, to] = [Math.min(0, points), Math.max(0, points)];
  const fill = (points < 0 ? COLOURS[3] : COLOURS[0]) ?? INK;
  return [
    label(LEFT - 8, top + 13, name, { anchor: 'end' }),
    element('rect', { x: at(from), y: top, width: at(to) - at(from), height: 16, fill, opacity: 0.75 }),
  ];
}
