import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'postern-site-'));
const pages = new Map<string, string>();

beforeAll(() => {
  execFileSync(
    process.execPath,
    [
      'node_modules/@11ty/eleventy/cmd.cjs',
      '--config=site/eleventy.config.js',
      `--output=${relative(ROOT, folder)}`,
    ],
    { cwd: ROOT, stdio: 'pipe' },
  );
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }))
    if (name.endsWith('.html')) pages.set(join(folder, name), readFileSync(join(folder, name), 'utf8'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function targets(html: string, attribute: string): string[] {
  return [...html.matchAll(new RegExp(` ${attribute}="([^"]*)"`, 'g'))].map(([, target]) => target ?? '');
}

test('the site has a page for each page of docs', () => {
  const written = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => name.replace(/README\.md$/, 'index.md').replace(/\.md$/, '.html'));
  expect([...pages.keys()].map((page) => relative(folder, page)).sort()).toEqual(written.sort());
});

test('every page has a title', () => {
  const without = [...pages].filter(
    ([, html]) => !/<title>[^<·]*\w[^<]*<\/title>/.test(html) || !/<h1/.test(html),
  );
  expect(without.map(([page]) => page)).toEqual([]);
});

test('every link and every image inside of the site leads somewhere', () => {
  const broken: string[] = [];
  for (const [page, html] of pages) {
    for (const target of [...targets(html, 'href'), ...targets(html, 'src')]) {
      if (/^[a-z]+:/.test(target)) continue;
      const [path = '', part] = target.split('#');
      const file = path === '' ? page : resolve(dirname(page), path);
      const isThere =
        existsSync(file) &&
        (part === undefined || pages.get(file)?.includes(` id="${decodeURIComponent(part)}"`));
      if (!isThere) broken.push(`${relative(folder, page)}: ${target}`);
    }
  }
  expect(broken).toEqual([]);
});

test('a page asks nothing of other hosts', () => {
  const asking = [...pages].filter(([, html]) => /<script|<link[^>]+href="https?:| src="https?:/.test(html));
  expect(asking.map(([page]) => page)).toEqual([]);
  expect(readFileSync(join(folder, 'style.css'), 'utf8')).not.toMatch(/url\(|@import/);
});

test('the contents name every page', () => {
  const contents = readFileSync(join(ROOT, 'docs/README.md'), 'utf8');
  const names = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' });
  const pagesOf = names.filter((name) => name.endsWith('.md') && name !== 'README.md');
  expect(pagesOf.filter((name) => !contents.includes(`](${name})`))).toEqual([]);
});
