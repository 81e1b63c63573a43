import { describe, expect, it } from 'vitest';
import { SHEET_CHARS } from '../../src/message/html-sheet.ts';
import { readHtml } from './build.ts';

const seen = async (css: string, body: string) => {
  const { html } = await readHtml(`<html><head><style>${css}</style></head><body>${body}</body></html>`);
  return [html?.visibleText, html?.hiddenText];
};

describe('a style sheet in a message', () => {
  it.each([
    ['.h{display:none}', '<p class="a h">x</p>'],
    ['.h { Visibility : hidden }', '<p class=h>x</p>'],
    ['p.h{font-size:0}', '<p class=h>x</p>'],
    ['#h{opacity:0}', '<p id=h>x</p>'],
    ['p#h{max-height:0}', '<p id=h>x</p>'],
    ['p{color:#fff}', '<p>x</p>'],
    ['*.h{display:none}', '<p class=h>x</p>'],
    ['a,.b , .h{display:none}', '<p class=h>x</p>'],
    ['@charset "x"; .h{display:none}', '<p class=h>x</p>'],
    ['@media print{.q{color:red}} .h{display:none}', '<p class=h>x</p>'],
    ['/* { */ .h{display:none}', '<p class=h>x</p>'],
    ['<!-- .h{display:none} -->', '<p class=h>x</p>'],
    ['.h{display:none', '<p class=h>x</p>'],
    ['.h{display:none!important}', '<p class=h style="display:block">x</p>'],
    ['.h{color:red}.h{display:none}', '<p class=h>x</p>'],
  ])('hides by %s', async (css, body) => {
    expect(await seen(css, `seen ${body}`)).toEqual(['seen', 'x']);
  });

  it.each([
    ['@media (max-width:600px){.h{display:none}}', '<p class=h>x</p>'],
    ['.h{display:none}', '<p class=H>x</p>'],
    ['.h{display:none}', '<p id=h>x</p>'],
    ['td.h{display:none}', '<p class=h>x</p>'],
    ['.a .h{display:none}', '<p class=h>x</p>'],
    ['.h:hover{display:none}', '<p class=h>x</p>'],
    ['.h{display:none}', '<p class=h style="display:block">x</p>'],
    ['.h{display:none}.h{display:block}', '<p class=h>x</p>'],
    ['.h{display:none}#i{display:block}', '<p class=h id=i>x</p>'],
    ['.h{color:white;background:#000}', '<p class=h>x</p>'],
  ])('does not hide by %s', async (css, body) => {
    expect(await seen(css, `seen ${body}`)).toEqual(['seen x', '']);
  });

  it('holds for what stands before it', async () => {
    const { html } = await readHtml('<p class=h>x</p>seen<style>.h{display:none}</style>');
    expect([html?.visibleText, html?.hiddenText]).toEqual(['seen', 'x']);
  });

  it('is read up to a bound', async () => {
    const rule = '.h{display:none}';
    const padded = (chars: number) => ' '.repeat(chars - rule.length) + rule;
    expect(await seen(padded(SHEET_CHARS - 1), '<p class=h>x</p>')).toEqual(['', 'x']);
    expect(await seen(padded(SHEET_CHARS), '<p class=h>x</p>')).toEqual(['', 'x']);
    expect(await seen(padded(SHEET_CHARS + 20), '<p class=h>x</p>')).toEqual(['x', '']);
  });
});
