import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { personName } from '../../../src/evidence/footprint/person-name.ts';

describe('the name of a person', () => {
  it.each([
    ['Anna Berg', 'Berg, Anna'],
    ['Anna Berg', 'BERG Anna'],
    ['Anna Berg', 'Dr. Anna M. Berg'],
    ['Anna Berg', '  anna   berg '],
    ['Anna Berg', 'Frau Dr. Anna Berg, MBA'],
    ['Anna Berg', 'Аnnа Веrg'],
    ['José Núñez', 'Jose Nunez'],
    ['Sean O’Brien', "Sean O'Brien"],
    ['Nagy Eszter', 'Eszter Nagy'],
    ['田中 太郎', '田中太郎'],
    ['김 민수', '김민수'],
    ['Иван Петров', 'Петров Иван'],
  ])('%j and %j are one', (one, other) => {
    expect(personName(one)).not.toBe('');
    expect(personName(other)).toBe(personName(one));
  });

  it.each([
    'Anna',
    'Support Team',
    'Alder Books Ltd',
    'Customer Service',
    'No-Reply',
    'anna@berg.example',
    'Anna Berg (via Docs)',
    'Rechnung 2291',
    'A B',
    'one two three four five six',
    '株式会社山田製作所',
    'Dr. Berg',
    '',
    `${'a'.repeat(40)} ${'b'.repeat(40)}`,
  ])('is not %j', (display) => {
    expect(personName(display)).toBe('');
  });

  it('is not two people', () => {
    expect(personName('Anna Berg')).not.toBe(personName('Anne Berg'));
    expect(personName('Anna Berg')).not.toBe(personName('Anna Bergen'));
  });

  it('is the same for its words in any order, and never throws', () => {
    const word = fc.string({ unit: fc.constantFrom(...'abcdefghklnopqrtuz'), minLength: 4, maxLength: 9 });
    fc.assert(
      fc.property(fc.uniqueArray(word, { minLength: 2, maxLength: 4 }), (words) => {
        expect(personName([...words].reverse().join(' '))).toBe(personName(words.join(' ')));
      }),
    );
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => typeof personName(text) === 'string'));
  });
});
