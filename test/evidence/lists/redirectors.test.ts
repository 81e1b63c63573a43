import { describe, expect, it } from 'vitest';
import { pathAndQuery, Redirectors } from '../../../src/evidence/lists/redirectors.ts';

const redirectors = new Redirectors([
  { text: 'alder.example /url q,to redirect', at: 'x:1' },
  { text: 'guard.example / - wrapper', at: 'x:2' },
]);

describe('redirectors', () => {
  it('know where a link leads on', () => {
    const url = 'https://www.alder.example/url?q=no&to=https%3A%2F%2Fevil.example%2Fx';
    expect(redirectors.match('www.alder.example', url)).toEqual({
      wrapper: false,
      target: 'https://evil.example/x',
    });
  });

  it('find an address that stands in the path of a wrapper', () => {
    const url = 'https://guard.example/v3/__https://evil.example/x__;!!';
    expect(redirectors.match('guard.example', url)).toEqual({
      wrapper: true,
      target: 'https://evil.example/x__;!!',
    });
    expect(redirectors.match('guard.example', 'https://guard.example/s/abc')).toEqual({
      wrapper: true,
      target: '',
    });
  });

  it('let other paths and hosts be', () => {
    expect(redirectors.match('alder.example', 'https://alder.example/')).toBe(null);
    expect(redirectors.match('birch.example', 'https://birch.example/url?q=https://evil.example')).toBe(null);
  });
});

it.each([
  ['https://a.example', '/'],
  ['https://a.example/', '/'],
  ['https://a.example/b?c', '/b?c'],
  ['nothing', '/'],
])('path and query of %s are %s', (url, rest) => {
  expect(pathAndQuery(url)).toBe(rest);
});
