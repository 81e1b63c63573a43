import { expect, it } from 'vitest';
import { pathKinds } from '../../../src/evidence/links/path-kinds.ts';

const NONE = { login: false, insideSite: false, download: false };

it.each([
  ['/login', { login: true }],
  ['/a/sign-in.php?x=1', { login: true }],
  ['/Account/Verify', { login: true }],
  ['/wp-content/x/index.html', { insideSite: true }],
  ['/.well-known/a/b.html', { insideSite: true }],
  ['/files/setup.exe', { download: true }],
  ['/files/offer.zip?dl=1', { download: true }],
])('%s', (path, kinds) => {
  expect(pathKinds(path)).toEqual({ ...NONE, ...kinds });
});

it.each([
  '/',
  '/news/2026',
  '/catalogin',
  '/accountants',
  '/a?next=/login',
  '/a?file=x.exe',
  '/zip',
  '/one.html',
])('%s is nothing of the kind', (path) => {
  expect(pathKinds(path)).toEqual(NONE);
});

it('reads 500 characters of a path', () => {
  expect(pathKinds(`${'/'.padEnd(494, 'a')}/login`).login).toBe(true);
  expect(pathKinds(`${'/'.padEnd(495, 'a')}/login`).login).toBe(false);
});
