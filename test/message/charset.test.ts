import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBytes } from '../../src/message/charset.ts';

const text = (label: string, bytes: Buffer | string) =>
  decodeBytes(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes, label);

/** UTF-7 with every character outside ASCII, and "+" and "<", in shifted runs. */
function utf7(plain: string): string {
  return plain.replace(/[^\x20-\x2a\x2c-\x3b\x3d-\x7e]+/g, (run) => {
    const packed = Buffer.from(run, 'utf16le').swap16().toString('base64').replaceAll('=', '');
    return `+${packed}-`;
  });
}

describe('UTF-7', () => {
  it('gives back what was encoded', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (plain) => {
        expect(text('utf-7', utf7(plain)).text).toBe(plain);
      }),
    );
  });

  it.each([
    ['1 +- 1', '1 + 1'],
    ['a + b', 'a + b'],
    ['+ADw-b+AD4', '<b>'],
    ['+ADw.', '<.'],
    ['+2D3eqQ-', '\u{1f6a9}'],
    ['+AD', ''],
    ['caf+AOk-', 'café'],
  ])('reads %s as RFC 2152 has it, cut runs included', (written, plain) => {
    expect(text('utf-7', written)).toEqual({ text: plain, unknownCharset: false });
  });
});

describe('charsets that shift', () => {
  it.each([
    ['hz-gb-2312', 'This is ~{VPND~}.', 'This is 中文.'],
    ['hz-gb-2312', 'a ~~ b ~\nc', 'a ~ b c'],
    ['hz-gb-2312', '~{VPND\nend', '中文\nend'],
    ['iso-2022-cn', '\x1b$)A\x0eVPND\x0f.', '中文.'],
    ['iso-2022-kr', '\x1b$)C\x0eGQ19\x0f.', '한국.'],
    ['iso-2022-kr', '\x1b$)C\x0eGQ19\r\nend', '한국\r\nend'],
  ])('%s', (label, written, plain) => {
    expect(text(label, written)).toEqual({ text: plain, unknownCharset: false });
  });
});

describe('any bytes in any charset', () => {
  const LABELS = [
    'utf-7',
    'hz-gb-2312',
    'iso-2022-cn',
    'iso-2022-kr',
    'iso-2022-jp',
    'utf-16',
    'utf-16be',
    'x-none',
    '',
  ];

  it('give some text', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.constantFrom(...LABELS), (bytes, label) => {
        expect(typeof text(label, Buffer.from(bytes)).text).toBe('string');
      }),
    );
  });
});
