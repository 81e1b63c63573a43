import { join } from 'node:path';
import { forPages } from './markdown.js';
import { navigation } from './navigation.js';

const ROOT = join(import.meta.dirname, '..');

/** `npm run docs`: docs/ as a site in var/site. It asks for nothing beyond its own files. */
export default function configure(eleventy) {
  eleventy.setUseGitIgnore(false);
  eleventy.setQuietMode(true);
  eleventy.amendLibrary('md', forPages);
  eleventy.addPassthroughCopy({ 'docs/plots': 'plots', 'site/style.css': 'style.css' });
  eleventy.addGlobalData('layout', 'page.njk');
  eleventy.addGlobalData('topics', () => navigation(join(ROOT, 'docs/README.md')));
  eleventy.addGlobalData(
    'permalink',
    () =>
      ({ page }) =>
        nameOf(page.filePathStem),
  );
  eleventy.addFilter('name', nameOf);
  // From a page to the root: the site works from any folder, and from the disk.
  eleventy.addFilter('toRoot', (name) => '../'.repeat(name.split('/').length - 1));
  eleventy.addFilter(
    'title',
    (html) => /<h1[^>]*>(.*?)<\/h1>/s.exec(html)?.[1].replace(/<[^>]+>/g, '') ?? '',
  );
}

function nameOf(stem) {
  return `${stem.replace(/^\//, '').replace(/(^|\/)README$/, '$1index')}.html`;
}

export const config = {
  dir: { input: 'docs', includes: '../site/layouts', data: '../site/data', output: 'var/site' },
  templateFormats: ['md'],
  // Pages speak about {{ braces }}; they are no templates.
  markdownTemplateEngine: false,
};
