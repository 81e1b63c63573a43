import { describe, expect, it } from 'vitest';
import { authorDomain, isAligned } from '../../../src/evidence/authentication/alignment.ts';
import type { Address } from '../../../src/message/message.ts';

function from(...addresses: string[]): { from: Address[] } {
  return {
    from: addresses.map((address) => ({ name: '', address, domain: address.split('@').at(1) ?? '' })),
  };
}

describe('authorDomain', () => {
  it('is the domain that all addresses of From share', () => {
    expect(authorDomain(from('ann@shop.example', 'bob@Shop.example'))).toBe('shop.example');
    expect(authorDomain(from('ann@shop.example', 'bob@bank.example'))).toBe('');
    expect(authorDomain(from())).toBe('');
  });

  it('looks over a name with a comma that nobody quoted', () => {
    expect(authorDomain(from('', 'service@bank.example'))).toBe('bank.example');
  });
});

describe('isAligned', () => {
  it.each([
    ['shop.example', 'shop.example', true, true],
    ['mail.shop.example', 'shop.example', false, true],
    ['mail.shop.example', 'shop.example', true, false],
    ['shop.example', 'bank.example', false, false],
    ['one.github.io', 'two.github.io', false, false],
    ['', '', false, false],
  ])('%j for %j, strict %j: %j', (domain, author, strict, expected) => {
    expect(isAligned(domain, author, strict)).toBe(expected);
  });
});
