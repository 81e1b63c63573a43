import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GRAMS, grams, wordsOf } from '../../../src/detect/models/grams.ts';

const ids = (subject: string, visibleText = '') => [...grams({ subject, visibleText })];

describe('words of a text', () => {
  test('are normalised, with digits as 0', () => {
    expect(wordsOf('Ｐａｙ 1,234.50 EUR to ÅNGSTRÖM (ref. AB12c)')).toEqual([
      'pay',
      '0',
      '0',
      '0',
      'eur',
      'to',
      'ångström',
      'ref',
      'ab0c',
    ]);
  });

  test('hold tokens in place of links and addresses', () => {
    const words = wordsOf(
      'see https://shop.example/a?b=1 http://x.example www.y.example <anna@example.org> or @anna 3@x',
    );
    expect(words).toEqual(['see', 'zslinkz', 'zlinkz', 'zlinkz', 'zaddressz', 'or', 'anna', '0', 'x']);
  });

  test('keep eight marks on a letter and drop the rest', () => {
    expect(wordsOf(`x${'\u0301\u0323'.repeat(4)}y`)).toEqual(wordsOf(`x${'\u0301\u0323'.repeat(900)}y`));
    expect(wordsOf(`x${'\u0323'.repeat(7)}y`)).not.toEqual(wordsOf(`x${'\u0323'.repeat(8)}y`));
  });

  test('stop at the limit of characters', () => {
    const letters = 'a '.repeat(GRAMS.maxChars);
    expect(wordsOf(letters)).toHaveLength(GRAMS.maxChars / 2);
  });

  test('are found in a text that normalisation makes longer, within the limit', () => {
    // U+FDFA becomes 18 characters.
    expect(wordsOf('\ufdfa'.repeat(GRAMS.maxChars)).join(' ').length).toBeLessThanOrEqual(GRAMS.maxChars);
  });
});

describe('grams', () => {
  test('keep their ids: models were trained on them', () => {
    expect(ids('Pay now')).toEqual([
      30139, 130214, 16731, 77437, 102329, 67194, 94753, 105112, 97758, 121257, 4451, 96633, 45208, 75243,
      81912,
    ]);
    expect(ids('', '請求書 №7')).toEqual([
      34696, 97635, 99977, 20457, 32974, 121302, 97236, 78583, 69592, 121257, 57598, 55369, 113050, 42138,
      84923,
    ]);
  });

  test('of no text are none', () => {
    expect(ids('', ' \r\n ')).toEqual([]);
  });

  test('are distinct, in range and bounded, whatever the text', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(0xffff), { maxLength: 1_500 }), (units) => {
        const text = String.fromCharCode(...units);
        const found = ids('', text);
        expect(new Set(found).size).toBe(found.length);
        expect(found.length).toBeLessThanOrEqual(GRAMS.maxIds);
        expect(found.every((id) => id >= 0 && id < GRAMS.buckets)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  test('reach their limit and stay there', () => {
    const many = Array.from({ length: 900 }, (_, i) =>
      String.fromCodePoint(0x4e00 + i * 3, 0x4e01 + i * 5, 0x6000 + i * 7),
    ).join(' ');
    expect(ids('', many).length).toBe(GRAMS.maxIds);
  });

  test('of words and of pairs come from text, not from where a line breaks', () => {
    expect(ids('', 'please\n  pay\tnow')).toEqual(ids('', 'please pay now'));
  });
});
