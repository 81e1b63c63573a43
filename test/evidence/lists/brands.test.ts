import { describe, expect, it } from 'vitest';
import { SHIPPED_LISTS } from '../message-factory.ts';

const { brands } = SHIPPED_LISTS;
const namesIn = (text: string) => brands.namedIn(text).map((brand) => brand.name);

describe('brands', () => {
  it.each([
    ['Netflix', ['Netflix']],
    ['Your NETFLIX plan', ['Netflix']],
    ['Wells-Fargo alert', ['Wells Fargo']],
    ['ＰａｙＰａｌ', ['PayPal']],
    ['Micr0soft 365', ['Microsoft']],
    ['PayPal and DHL', ['PayPal', 'DHL']],
    ['Target', ['Target']],
    ['Target customer service', ['Target']],
    ['Our target for May', []],
    ['Chase Hollister', []],
    ['Mypaypalfriend', []],
    ['', []],
  ])('in %j are %j', (text, names) => {
    expect(namesIn(text)).toEqual(names);
  });

  it('reads the first 40 words', () => {
    expect(namesIn(`${'word '.repeat(39)}Netflix`)).toEqual(['Netflix']);
    expect(namesIn(`${'word '.repeat(40)}Netflix`)).toEqual([]);
  });

  it('knows who owns a host', () => {
    expect(brands.ownerOf('www.paypal.com')?.name).toBe('PayPal');
    expect(brands.ownerOf('paypal.com.evil.example')).toBe(null);
  });

  it('lets a brand speak under countries, but not under any top-level domain', () => {
    const [netflix] = brands.namedIn('Netflix');
    if (netflix === undefined) throw new Error('no Netflix');
    expect(brands.fits(netflix, 'netflix.com')).toBe(true);
    expect(brands.fits(netflix, 'mail.netflix.fr')).toBe(true);
    expect(brands.fits(netflix, 'netflix.co.uk')).toBe(true);
    expect(brands.fits(netflix, 'netflix.tk')).toBe(false);
    expect(brands.fits(netflix, 'netflix.shop')).toBe(false);
    expect(brands.fits(netflix, 'evil.fr')).toBe(false);
  });
});
