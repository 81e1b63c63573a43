import { axes, type Frame, linear } from '../plots/frame.ts';
import { COLOURS, document, type Element, element, INK, label } from '../plots/svg.ts';
import type { GapGroup, GapsReport } from './gaps.ts';

const FRAME: Frame = { left: 70, top: 40, right: 680, bottom: 360 };
const GREY = '#999';

/** The pictures of the page by file name. */
export function gapPlots(report: GapsReport): ReadonlyMap<string, string> {
  return new Map([
    ['gaps-sizes.svg', sizes(report.groups)],
    ['gaps-trend.svg', trend(report.groups)],
    ['gaps-map.svg', map(report)],
  ]);
}

function colourOf(number: number): string {
  return number === 0 ? GREY : (COLOURS[(number - 1) % COLOURS.length] ?? INK);
}

const BAR = 22;

function sizes(groups: readonly GapGroup[]): string {
  const frame = { ...FRAME, bottom: FRAME.top + BAR * Math.max(1, groups.length) + 10 };
  const most = Math.max(1, ...groups.map(({ size }) => size));
  const x = linear([0, most], [frame.left, frame.right], ticks(most));
  const y = linear([0, 1], [frame.bottom, frame.top], []);
  const bars = groups.flatMap(({ number, size, kind }, i) => {
    const top = frame.top + 8 + i * BAR;
    return [
      element('rect', {
        x: frame.left,
        y: top,
        width: x.at(size) - frame.left,
        height: BAR - 6,
        fill: colourOf(number),
        opacity: kind === 'miss' ? 0.8 : 0.45,
      }),
      label(frame.left - 8, top + 12, `group ${number}`, { anchor: 'end' }),
    ];
  });
  return document(720, frame.bottom + 56, 'Messages of each group', [
    ...axes(frame, x, y, { x: 'messages (pale: wrongly held)', y: '' }),
    ...bars,
  ]);
}

/** Lines of more groups cannot be told apart. */
const MOST_LINES = COLOURS.length;
const DAY_MS = 86_400_000;

function trend(groups: readonly GapGroup[]): string {
  const shown = groups.filter(({ trend: { perDay } }) => perDay.length > 0).slice(0, MOST_LINES);
  const days = shown.flatMap(({ trend: { perDay } }) => perDay.map(({ day }) => Date.parse(day) / DAY_MS));
  if (days.length === 0) {
    return document(720, 100, 'Messages a day', [label(40, 50, 'The messages have no time')]);
  }
  const [first, last] = [Math.min(...days), Math.max(...days)];
  const most = Math.max(...shown.flatMap(({ trend: { perDay } }) => perDay.map(({ messages }) => messages)));
  const x = linear([first - 0.5, last + 0.5], [FRAME.left, FRAME.right], dayTicks(first, last));
  const y = linear([0, most], [FRAME.bottom, FRAME.top], ticks(most));
  const points = shown.flatMap(({ number, trend: { perDay } }) => {
    const at = perDay.map(({ day, messages }) => ({ x: x.at(Date.parse(day) / DAY_MS), y: y.at(messages) }));
    const path = at.map((point) => `${point.x.toFixed(1)},${point.y.toFixed(1)}`).join(' ');
    const fill = colourOf(number);
    return [
      element('polyline', { points: path, fill: 'none', stroke: fill, 'stroke-width': 2 }),
      ...at.map((point) => element('circle', { cx: point.x, cy: point.y, r: 3, fill })),
    ];
  });
  const all = [...axes(FRAME, x, y, { x: 'day', y: 'messages' }), ...points, ...key(shown)];
  return document(720, 420, 'Messages a day', all);
}

function map({ map: places, groups }: GapsReport): string {
  const range = (values: readonly number[]): [number, number] => {
    const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
    const pad = (high - low) * 0.06 || 1;
    return [low - pad, high + pad];
  };
  const x = linear(range(places.map((one) => one.x)), [FRAME.left, FRAME.right], []);
  const y = linear(range(places.map((one) => one.y)), [FRAME.bottom, FRAME.top], []);
  const dots = places.map((one) =>
    element('circle', { cx: x.at(one.x), cy: y.at(one.y), r: 5, fill: colourOf(one.group), opacity: 0.65 }),
  );
  return document(720, 420, 'Likeness of what was judged wrong', [
    ...axes(FRAME, x, y, { x: 'near each other: alike (grey: in no group)', y: '' }),
    ...dots,
    ...key(groups.slice(0, MOST_LINES)),
  ]);
}

function key(groups: readonly GapGroup[]): Element[] {
  return groups.flatMap(({ number }, i) => {
    const x = FRAME.left + i * 76;
    return [
      element('rect', { x, y: 12, width: 12, height: 12, fill: colourOf(number) }),
      label(x + 16, 23, `group ${number}`),
    ];
  });
}

/** At most five, at whole numbers. */
function ticks(most: number) {
  const step = Math.max(1, Math.ceil(most / 5));
  return Array.from({ length: Math.floor(most / step) + 1 }, (_, i) => ({
    value: i * step,
    text: String(i * step),
  }));
}

function dayTicks(first: number, last: number) {
  const step = Math.max(1, Math.ceil((last - first + 1) / 7));
  const count = Math.floor((last - first) / step) + 1;
  return Array.from({ length: count }, (_, i) => {
    const value = first + i * step;
    return { value, text: new Date(value * DAY_MS).toISOString().slice(5, 10) };
  });
}
