import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { assetRoutes } from '../../../src/console/look/assets.ts';
import { ticksFor } from '../../../src/console/look/axis.ts';
import { confirmButton } from '../../../src/console/look/confirm-button.ts';
import { contributionChart } from '../../../src/console/look/contribution-chart.ts';
import { errorPage } from '../../../src/console/look/error-page.ts';
import { field } from '../../../src/console/look/fields.ts';
import { formatsOf } from '../../../src/console/look/formats.ts';
import { lineChart } from '../../../src/console/look/line-chart.ts';
import { stackedBars } from '../../../src/console/look/stacked-bars.ts';

const TIMES = [0, 1, 2].map((minute) => new Date(Date.UTC(2026, 2, 20, 16, minute)));

describe('the chart of contributions', () => {
  it('has bars that begin where the one before ended, and a last one that is their sum', async () => {
    const rows = [
      { words: 'a', weight: 3 },
      { words: 'b', weight: -1 },
    ];
    const text = String(await contributionChart({ language: 'en', bias: -2, rows, score: 0.5 }));
    const bars = [...text.matchAll(/<rect class="(\w+)" x="([\d.]+)%" y="4" width="([\d.]+)%"/g)].map(
      ([, kind, x, width]) => ({ kind, from: Number(x), to: Number(x) + Number(width) }),
    );
    expect(bars.map(({ kind }) => kind)).toEqual(['start', 'positive', 'negative', 'total']);
    const [start, up, down] = bars;
    expect(up?.from).toBeCloseTo(start?.from ?? Number.NaN, 1);
    expect(down?.to).toBeCloseTo(up?.to ?? Number.NaN, 1);
    expect(text).toContain('+3.00');
    expect(text).toContain('50%');
  });

  it('C1 escapes the words of a finding', async () => {
    const rows = [{ words: '<img src=x onerror=alert(1)>', weight: 1 }];
    expect(String(await contributionChart({ language: 'de', bias: 0, rows, score: 0.7 }))).not.toContain(
      '<img',
    );
  });
});

describe('charts over time', () => {
  const chart = { language: 'en', title: 'Mail', times: TIMES } as const;

  it('stack bars up to the axis, say each value, and have a table', async () => {
    const series = [
      { name: 'held', look: 'verdict-quarantine', values: [1, 0, 2] },
      { name: 'refused', look: 'verdict-reject', values: [1, 0, 2] },
    ];
    const text = String(await stackedBars({ ...chart, series }));
    expect(text.match(/class="verdict-reject" x/g)).toHaveLength(2);
    expect(text).toContain('held: 2\nrefused: 2</title>');
    expect(text).toContain('<th scope="col" class="number">held</th>');
  });

  it('leave a gap where a value is missing, and draw one alone as a dot', async () => {
    const series = [{ name: 'rate', look: 'series-0', values: [1, null, 1] }];
    expect(String(await lineChart({ ...chart, series }))).toContain('d="M0.5 0.00h0M2.5 0.00h0"');
  });

  it('carry no style attribute: the content security policy has none', async () => {
    const series = [{ name: 'rate', look: 'series-0', values: [1, 2, 1], low: [0, 1, 0], high: [2, 3, 2] }];
    expect(String(await lineChart({ ...chart, series }))).not.toContain('style=');
  });
});

it.each([
  [0, 1, [0, 0.5, 1]],
  [0, 7, [0, 2, 4, 6, 8]],
  [0, 100, [0, 50, 100]],
  [-3, 3, [-4, -2, 0, 2, 4]],
])('ticks from %d to %d are round numbers around them', (least, most, ticks) => {
  expect(ticksFor(least, most)).toEqual(ticks);
});

it('writes numbers, sizes and times in the language', () => {
  const [en, de] = [formatsOf('en'), formatsOf('de')];
  expect([en.number(1234.5, 1), de.number(1234.5, 1)]).toEqual(['1,234.5', '1.234,5']);
  expect([en.bytes(999), en.bytes(1000), en.bytes(0)]).toEqual(['999\u00a0B', '1\u00a0kB', '0\u00a0B']);
  expect([en.duration(0.0032), en.duration(90), de.duration(1.4)]).toEqual([
    '3.2\u00a0ms',
    '1.5\u00a0min',
    '1,4\u00a0s',
  ]);
  expect(de.ago(new Date(0), new Date(7_200_000))).toBe('vor 2 Stunden');
});

it('gives a field its label, and an error that a reader of the screen hears', async () => {
  const text = String(await field({ label: 'Sender', name: 'sender', value: '"><b>', error: 'Too long' }));
  expect(text).toContain('<label for="field-sender">Sender</label>');
  expect(text).toContain('aria-describedby="field-sender-hint" aria-invalid="true"');
  expect(text).not.toContain('<b>');
});

it('asks in a dialog, and without scripts sends the form by the same button', async () => {
  const made = confirmButton({
    language: 'en',
    id: 'gone',
    label: 'Delete',
    question: 'Delete it?',
    name: 'act',
    value: 'delete',
  });
  expect(String(await made.button)).toBe(
    '<button class="danger" data-confirm="gone" name="act" value="delete">Delete</button>',
  );
  expect(String(await made.dialog)).toContain('aria-labelledby="gone-title"');
});

it('has words for an error before anybody is known', async () => {
  expect(String(await errorPage({ language: 'de' }, 'missing'))).toContain('Nicht vorhanden');
});

it('serves its own assets, which name no other host, and knows what a browser has', async () => {
  const routes = assetRoutes();
  for (const name of ['console.css', 'console.js', 'mark.svg']) {
    const answer = await routes.request(`/assets/${name}`);
    expect(answer.status).toBe(200);
    expect((await answer.text()).replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:\/\//);
    const etag = answer.headers.get('etag') ?? '';
    const again = await routes.request(`/assets/${name}`, { headers: { 'if-none-match': etag } });
    expect(again.status).toBe(304);
  }
});

it('has every class that pages use by contract', () => {
  const folder = join(import.meta.dirname, '../../../src/console/look/assets');
  const css = ['foundation', 'lists-and-forms', 'signs-and-charts', 'console']
    .map((name) => readFileSync(join(folder, `${name}.css`), 'utf8'))
    .join('');
  for (const name of [
    '.cards',
    '.card',
    'table.list',
    '.scroll',
    '.filters',
    '.actions',
    'button.primary',
    'button.danger',
    '.badge.accept',
    '.badge.shadow',
    '.badge.canary',
    'dl.facts',
    '.note.error',
    '.note.good',
    'svg.bar-chart',
    '.muted',
    '.number',
    '.chips',
    '.split',
    'details.more',
  ])
    expect(css).toContain(name);
});
