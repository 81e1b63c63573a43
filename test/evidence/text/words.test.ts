import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Phrases } from '../../../src/evidence/text/phrases.ts';
import { isMixedScript, wordsOf } from '../../../src/evidence/text/words.ts';

describe('words', () => {
  it.each([
    ['The Minutes, please!', ['the', 'minutes', 'please']],
    ["L'argent d’été", ['l', 'argent', 'd', 'ete']],
    ['Straße Łódź Œuvre', ['strasse', 'lodz', 'oeuvre']],
    ['e\u0301te\u0301', ['ete']],
    ['pass\u00adword\u200b', ['password']],
    ['ｆｒｅｅ', ['free']],
    ['今日ok', ['今', '日', 'ok']],
    ['ok今日', ['ok', '今', '日']],
    ['ガイド', ['カ', 'イ', 'ト']],
    ['Москва', ['москва']],
    ['bаnk', ['bank']],
    ['', []],
  ])('of %j are %j', (text, words) => {
    expect(wordsOf(text, 100)).toEqual(words);
  });

  it('stop at the bound', () => {
    expect(wordsOf('a b c', 2)).toEqual(['a', 'b']);
    expect(wordsOf('a b', 2)).toEqual(['a', 'b']);
    expect(wordsOf('é b c', 2)).toEqual(['e', 'b']);
  });

  it('are in their plain form, whatever the text is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        for (const word of wordsOf(text, 1000)) expect(wordsOf(word, 2)).toEqual([word]);
      }),
    );
  });

  it('are mixed where Latin stands beside Cyrillic or Greek', () => {
    expect(isMixedScript('bаnk')).toBe(true);
    expect(isMixedScript('bank')).toBe(false);
    expect(isMixedScript('банк')).toBe(false);
  });
});

describe('phrases', () => {
  const phrases = new Phrases<string>();
  for (const phrase of ['gift card', 'gift', 'card shop', 'gift card shop'])
    phrases.add(phrase.split(' '), phrase);

  function found(text: string): string[] {
    const hits: string[] = [];
    phrases.scan(text.split(' '), (value, start, end) => hits.push(`${value}@${start}-${end}`));
    return hits;
  }

  it('are found where they overlap', () => {
    expect(found('a gift card shop')).toEqual([
      'gift@1-2',
      'gift card@1-3',
      'gift card shop@1-4',
      'card shop@2-4',
    ]);
  });

  it('are whole words in a row', () => {
    expect(found('gifts card gift x card')).toEqual(['gift@2-3']);
    expect(found('')).toEqual([]);
  });

  it('are never empty', () => {
    const none = new Phrases<string>();
    none.add([], 'nothing');
    none.scan(['a'], () => {
      throw new Error('found nothing');
    });
  });
});
