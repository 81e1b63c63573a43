import { describe, expect, it } from 'vitest';
import { Stems } from '../../../src/evidence/text/stems.ts';
import { wordsOf } from '../../../src/evidence/text/words.ts';

const stems = (text: string) => new Stems(wordsOf(text, 1000));

describe('stems', () => {
  it.each([
    'We have moved to a new bank account.',
    'Unsere Bankverbindung hat sich geändert.',
    'Notre compte bancaire a été modifié.',
    'Tenemos una nueva cuenta.',
    'Abbiamo un nuovo conto.',
    'Mudamos de conta.',
    'Ons rekeningnummer is gewijzigd.',
    'Zmieniliśmy numer rachunku.',
    'Vi har bytt bankkonto.',
    'Banka hesabımız değişti.',
  ])('see another account in: %s', (text) => {
    expect(stems(text).near('account', 'change', 6)).toBe(true);
  });

  it.each([
    'We contact the new bankers of the river.',
    'Das neue Kontor.',
    'O novo contato.',
    'Now is the time.',
  ])('see none in: %s', (text) => {
    expect(stems(text).near('account', 'change', 6)).toBe(false);
  });

  it('are near up to the distance, on either side, and not with themselves', () => {
    const apart = (words: number) => stems(`account ${'x '.repeat(words)}changed`);
    expect(apart(5).near('account', 'change', 6)).toBe(true);
    expect(apart(6).near('account', 'change', 6)).toBe(false);
    expect(stems('changed account').near('account', 'change', 6)).toBe(true);
    expect(stems('account').near('account', 'account', 6)).toBe(false);
  });

  it('are looked for in the first 600 words', () => {
    expect(stems(`${'x '.repeat(599)}account`).has('account')).toBe(true);
    expect(stems(`${'x '.repeat(600)}account`).has('account')).toBe(false);
  });
});
