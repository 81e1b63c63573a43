import { describe, expect, it } from 'vitest';
import {
  entropyOfLongestPart,
  hasStandardPort,
  hasUserinfo,
  nestedHost,
} from '../../../src/evidence/links/url-shape.ts';

describe('the shape of an address', () => {
  it.each([
    ['https://paypal.com@evil.example/', true],
    ['https://evil.example/@paypal.com', false],
    ['https://evil.example?x=a@b', false],
    ['mailto:a@b.example', false],
  ])('userinfo of %s: %s', (url, expected) => {
    expect(hasUserinfo(url)).toBe(expected);
  });

  it.each([
    ['https://a.example/', true],
    ['https://a.example:443/', true],
    ['http://a.example:80', true],
    ['http://a.example:443', false],
    ['https://a.example:8443/x', false],
    ['http://[2001:db8::1]/', true],
    ['http://[2001:db8::1]:81/', false],
  ])('standard port of %s: %s', (url, expected) => {
    expect(hasStandardPort(url)).toBe(expected);
  });

  it.each([
    ['https://a.example/?u=https://b.example/x', 'b.example'],
    ['https://a.example/?u=HTTPS%3A%2F%2FB.example%2Fx', 'b.example'],
    ['https://a.example/http://b.example/', 'b.example'],
    ['https://a.example/xhttp', ''],
    ['https://a.example/', ''],
  ])('host inside %s: %s', (url, host) => {
    expect(nestedHost(url)).toBe(host);
  });

  it('measures bits per character of the longest part', () => {
    expect(entropyOfLongestPart('/aaaa')).toBe(0);
    expect(entropyOfLongestPart('/abab/x')).toBe(1);
    expect(entropyOfLongestPart('/')).toBe(0);
    expect(entropyOfLongestPart('/x?token=abcdefgh')).toBe(3);
  });
});
