import { axes, type Frame, line, linear, logarithmic, percentTicks, polyline } from './frame.ts';
import { COLOURS, document, type Element, GREYS, label } from './svg.ts';

export interface Curve {
  readonly name: string;
  /** Splits that flatter are drawn in grey and dashed. */
  readonly flatters: boolean;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

const FRAME: Frame = { left: 70, top: 24, right: 560, bottom: 400 };
/** False positive rates below this are not told by the collections: their legitimate mail is some thousand messages. */
const LEAST_RATE = 0.0005;

/** Recall over the false positive rate, which is what matters, on a logarithmic axis. */
export function rocPlot(curves: readonly Curve[]): string {
  const rates = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1];
  const x = logarithmic(
    [LEAST_RATE, 1],
    [FRAME.left, FRAME.right],
    rates.map((value) => ({ value, text: `${value * 100} %` })),
  );
  const y = linear([0, 1], [FRAME.bottom, FRAME.top], percentTicks());
  const drawn = curves.map((curve, i) => {
    const colour = colourOf(curves, i);
    const points = stairs(curve.points).map((point) => ({ x: x.at(point.x), y: y.at(point.y) }));
    return polyline(points, colour, curve.flatters ? '5 4' : '');
  });
  return document(760, 460, 'Recall over the false positive rate, by what was held out', [
    ...axes(FRAME, x, y, {
      x: 'legitimate mail above the threshold',
      y: 'unwanted mail above the threshold',
    }),
    ...drawn,
    ...curves.flatMap((curve, i) => key(curve, colourOf(curves, i), i)),
  ]);
}

function key({ name, flatters }: Curve, colour: string, place: number): Element[] {
  const y = FRAME.top + 14 + 22 * place;
  return [
    line(FRAME.right + 16, y - 4, FRAME.right + 44, y - 4, colour, flatters ? '5 4' : ''),
    label(FRAME.right + 50, y, name, { fill: colour }),
  ];
}

function colourOf(curves: readonly Curve[], at: number): string {
  const curve = curves[at];
  const before = curves.slice(0, at).filter((other) => other.flatters === curve?.flatters).length;
  const palette = curve?.flatters ? GREYS : COLOURS;
  return palette[before % palette.length] ?? '#000';
}

/** As steps, where legitimate mail is added before the unwanted mail with the same score; thinned to what can be seen. */
function stairs(points: Curve['points']): { x: number; y: number }[] {
  const visible: { x: number; y: number }[] = [];
  for (const [i, point] of points.entries()) {
    const last = visible.at(-1);
    const isLast = i === points.length - 1;
    if (last !== undefined && !isLast && point.x === last.x) visible[visible.length - 1] = point;
    else if (last === undefined || isLast || point.x > last.x * 1.01) {
      if (last !== undefined) visible.push({ x: point.x, y: last.y });
      visible.push(point);
    }
  }
  return visible;
}
