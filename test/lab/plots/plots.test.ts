import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { barPlot } from '../../../src/lab/plots/bars.ts';
import { histogramPlot } from '../../../src/lab/plots/histogram.ts';
import { lossPlot } from '../../../src/lab/plots/losses.ts';
import { reliabilityPlot } from '../../../src/lab/plots/reliability.ts';
import { rocPlot } from '../../../src/lab/plots/roc.ts';
import { document, element, label } from '../../../src/lab/plots/svg.ts';

const share = fc.double({ min: 0, max: 1, noNaN: true });

/** One root, nothing that no renderer can draw. */
function expectDrawable(svg: string): void {
  expect(svg.match(/<svg /g)).toHaveLength(1);
  expect(svg.endsWith('</svg>\n')).toBe(true);
  expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  expect(svg).not.toMatch(/(width|height)="-/);
}

describe('a plot', () => {
  test('has a title, a white ground, and text that is escaped', () => {
    const svg = document(10, 20, 'A & B', [label(1, 2.345, '<5 % "x"'), element('g', { id: 'a"b' })]);
    expect(svg).toContain('<title>A &amp; B</title><rect width="10" height="20" fill="#fff"/>');
    expect(svg).toContain('y="2.35" fill="#222" text-anchor="start">&lt;5 % &quot;x&quot;</text>');
    expect(svg).toContain('<g id="a&quot;b"/>');
  });

  test('of bars can be drawn whatever the shares', () => {
    const value = fc.option(fc.record({ value: share, low: share, high: share }));
    fc.assert(
      fc.property(fc.array(fc.tuple(value, value), { maxLength: 5 }), (values) =>
        expectDrawable(
          barPlot(
            't',
            ['a', 'b'],
            values.map((pair, i) => ({ name: `fold ${i}`, values: pair })),
          ),
        ),
      ),
    );
  });

  test('of losses has bars on both sides of zero', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -99, max: 99, noNaN: true }), { maxLength: 12 }), (points) =>
        expectDrawable(
          lossPlot(
            't',
            points.map((one, i) => ({ name: `g${i}`, points: one })),
          ),
        ),
      ),
    );
    const widths = [
      ...lossPlot('t', [
        { name: 'a', points: 2 },
        { name: 'b', points: -1 },
      ]).matchAll(/x="([\d.]+)" y="\d+" width="([\d.]+)" height="16"/g),
    ].map(([, x, width]) => [Number(x), Number(width)]);
    expect((widths[0]?.[1] ?? 0) / (widths[1]?.[1] ?? 1)).toBeCloseTo(2, 2);
    expect((widths[1]?.[0] ?? 0) + (widths[1]?.[1] ?? 0)).toBeCloseTo(widths[0]?.[0] ?? 0, 1);
  });

  test('of scores draws them all, the outermost too', () => {
    const logits = fc.array(fc.double({ min: -15, max: 15, noNaN: true }), { maxLength: 50 });
    fc.assert(
      fc.property(logits, logits, (ham, unwanted) =>
        expectDrawable(
          histogramPlot(Float64Array.from(ham), Float64Array.from(unwanted), [{ name: 'tag', score: 0.5 }]),
        ),
      ),
    );
  });

  test('of a ROC curve keeps both ends, and marks what flatters', () => {
    const points = [
      { x: 0, y: 0 },
      { x: 0, y: 0.5 },
      { x: 0.01, y: 0.5 },
      { x: 1, y: 1 },
    ];
    const svg = rocPlot([
      { name: 'lists', flatters: false, points },
      { name: 'random', flatters: true, points },
    ]);
    expectDrawable(svg);
    expect(svg.match(/<polyline [^>]*stroke-dasharray/g)).toHaveLength(1);
    const line = /points="([^"]*)"/.exec(svg)?.[1]?.split(' ') ?? [];
    expect(line[0]).toBe('70.0,212.0');
    expect(line.at(-1)).toBe('560.0,24.0');
  });

  test('of reliability has a dot a bin', () => {
    const bins = [
      { messages: 4, predicted: 0.1, unwanted: 0 },
      { messages: 1, predicted: 1, unwanted: 1 },
    ];
    expect(reliabilityPlot(bins).match(/<circle /g)).toHaveLength(2);
    expectDrawable(reliabilityPlot(bins));
  });
});
