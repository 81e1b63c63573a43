import { describe, expect, test } from 'vitest';
import { contributionsOf, MAX_BARS } from '../../../src/console/held/contributions.ts';
import { csvCell } from '../../../src/console/held/csv.ts';
import { defang } from '../../../src/console/held/defang.ts';
import { safeHtml } from '../../../src/console/held/safe-html.ts';
import type { Finding } from '../../../src/detect/finding.ts';

describe('what is shown of a hostile message', () => {
  test.each([
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '<svg onload=alert(1)><a href="http://evil.example/">x</a></svg>',
    '<meta http-equiv=refresh content="0;url=http://evil.example/">',
    '<base href="http://evil.example/"><a href=x>go</a>',
    '<form action="http://evil.example/"><input name=a></form>',
    '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
    '<p style="background:url(http://evil.example/a)">x</p><style>@import "http://evil.example/";</style>',
    '<template><script>alert(1)</script></template><noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    '<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>',
    '<a href="javascript:alert(1)">x</a><object data="http://evil.example/"></object>',
  ])('C1 nothing of %s runs, loads or leads anywhere', (html) => {
    expect(safeHtml(`<p>before</p>${html}<p>after</p>`)).not.toMatch(
      /<(script|img|svg|meta|base|form|input|iframe|style|template|a|object|math)\b|\s(on\w+|href|src|style|action)=/i,
    );
    expect(safeHtml(`<p>before</p>${html}`)).toContain('<p>before</p>');
  });

  test('C1 links are text that no program makes clickable', () => {
    expect(defang('https://login.evil.example/a?b=c@d')).toBe('hxxps[:]//login[.]evil[.]example/a?b=c[@]d');
    expect(defang('javascript:alert(1)')).toBe('javascript[:]alert(1)');
  });

  test.each(['=1+1', '+1', '-1', '@SUM(A1)', ' =1', '\t=1', '\r=1', '＝1', '|cmd', '%1'])(
    'C4 %j is no formula in the export',
    (value) => {
      expect(csvCell(value)).toMatch(/^"'/);
    },
  );

  test('the parts that are shown add up to the score, however many there are', () => {
    const findings = Array.from(
      { length: 40 },
      (_, i): Finding => ({
        detector: `rule:r${i}`,
        category: 'spam',
        weight: (i % 3 === 0 ? -1 : 1) * (i / 17),
        status: i % 10 === 9 ? 'shadow' : 'active',
        words: `finding ${i}`,
      }),
    );
    const { bias, rows, score } = contributionsOf({ bias: -2, findings }, (n) => `${n} more`);
    const whole = findings.reduce((sum, f) => (f.status === 'active' ? sum + f.weight : sum), -2);
    expect(rows).toHaveLength(MAX_BARS + 1);
    expect(bias + rows.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(whole, 10);
    expect(score).toBeCloseTo(1 / (1 + Math.exp(-whole)), 12);
  });
});
