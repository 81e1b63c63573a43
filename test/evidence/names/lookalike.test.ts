import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Lookalikes } from '../../../src/evidence/names/lookalike.ts';
import { SHIPPED_LISTS } from '../message-factory.ts';

const lookalikes = new Lookalikes({
  own: ['birch.example', 'lindenworks.com'],
  partners: ['alder-timber.example'],
  brands: SHIPPED_LISTS.brands,
  innocent: SHIPPED_LISTS.freemail,
});

describe('doubles of domains', () => {
  it.each([
    ['paypa1.com', 'paypal.com'],
    ['paypaI.com'.toLowerCase(), 'paypal.com'],
    ['rnicrosoft.com', 'microsoft.com'],
    ['arnazon.com', 'amazon.com'],
    ['micros0ft.com', 'microsoft.com'],
    ['microsfot.com', 'microsoft.com'],
    ['netfliix.com', 'netflix.com'],
    ['mircosfot.com', 'microsoft.com'],
    ['wellsfarg0.com', 'wellsfargo.com'],
    ['vvellsfargo.com', 'wellsfargo.com'],
    ['bankofamericca.com', 'bankofamerica.com'],
    ['xn--pypal-4ve.com', 'paypal.com'],
    ['paypal-secure.example', 'paypal.com'],
    ['paypalsecurity.example', 'paypal.com'],
    ['dhl-parcel.example', 'dhl.com'],
    ['paypal.com.evil.example', 'paypal.com'],
    ['apple.com.evil.example', 'apple.com'],
    ['paypal.icu', 'paypal.com'],
    ['birch.test', 'birch.example'],
    ['b1rch.example', 'birch.example'],
    ['birch-billing.example', 'birch.example'],
    ['lindenw0rks.com', 'lindenworks.com'],
    ['lindenvvorks.com', 'lindenworks.com'],
    ['lindenwork.com', 'lindenworks.com'],
    ['lindemnworks.com', 'lindenworks.com'],
    ['alder-tirnber.example', 'alder-timber.example'],
  ])('%s looks like %s', (host, domain) => {
    expect(lookalikes.find(host)).toBe(domain);
  });

  it.each([
    'paypal.com',
    'www.paypal.com',
    'paypal.me',
    'amazon.it',
    'amazon.com.mx',
    'birch.example',
    'mail.birch.example',
    'alder-timber.example',
    'alder.example',
    'gmail.com',
    'ymail.com',
    'finance.com',
    'pineapple.com',
    'brew-meister.com',
    'mircsft.com',
    'purchase.com',
    'googleapis.com',
    'vista.com',
    'example.com',
    'com',
    '',
    '192.0.2.1',
    '2001:db8::1',
  ])('%s looks like nobody', (host) => {
    expect(lookalikes.find(host)).toBe('');
  });

  it('looks at every label of the host of a link, but only at the registered one of a sender', () => {
    expect(lookalikes.findAnywhere('paypal.login.evil.example')).toBe('paypal.com');
    expect(lookalikes.find('paypal.login.evil.example')).toBe('');
    expect(lookalikes.findAnywhere('www.login.evil.example')).toBe('');
  });

  it('reads no name that DNS could not hold', () => {
    const host = (length: number) => `paypal-${'x'.repeat(length - 15)}.example`;
    expect(host(253)).toHaveLength(253);
    expect([252, 253, 254].map((length) => lookalikes.findAnywhere(host(length)))).toEqual([
      'paypal.com',
      'paypal.com',
      '',
    ]);
  });

  it('never throws, whatever a host is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.domain(), fc.webAuthority()), (host) => {
        expect(typeof lookalikes.findAnywhere(host)).toBe('string');
      }),
    );
  });
});
