import { axes, type Frame, line, linear, percentTicks, polyline } from './frame.ts';
import { COLOURS, document, element, label } from './svg.ts';

const FRAME: Frame = { left: 70, top: 24, right: 430, bottom: 384 };
const COLOUR = COLOURS[0] ?? '#000';

/** How often mail of a score is unwanted. On the diagonal, a score is a probability. */
export function reliabilityPlot(
  bins: readonly { readonly messages: number; readonly predicted: number; readonly unwanted: number }[],
): string {
  const x = linear([0, 1], [FRAME.left, FRAME.right], percentTicks());
  const y = linear([0, 1], [FRAME.bottom, FRAME.top], percentTicks());
  const points = bins.map((bin) => ({ x: x.at(bin.predicted), y: y.at(bin.unwanted) }));
  const most = Math.max(...bins.map(({ messages }) => messages));
  return document(620, 444, 'How often mail of a score is unwanted', [
    ...axes(FRAME, x, y, { x: 'score (mean of the bin)', y: 'share that is unwanted' }),
    line(x.at(0), y.at(0), x.at(1), y.at(1), '#888', '4 4'),
    polyline(points, COLOUR),
    ...points.map(({ x: cx, y: cy }, i) =>
      element('circle', {
        cx,
        cy,
        r: 3 + 6 * Math.sqrt((bins[i]?.messages ?? 0) / most),
        fill: COLOUR,
        opacity: 0.8,
      }),
    ),
    label(FRAME.right + 16, FRAME.top + 14, 'above the diagonal:'),
    label(FRAME.right + 16, FRAME.top + 32, 'the score is too low'),
    label(FRAME.right + 16, FRAME.top + 60, 'a larger dot has'),
    label(FRAME.right + 16, FRAME.top + 78, 'more messages'),
  ]);
}
