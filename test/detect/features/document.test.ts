import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { featuresMarkdown } from '../../../src/detect/features/document.ts';
import { FEATURES } from '../../../src/detect/features/schema.ts';

it('is the page in docs', () => {
  expect(readFileSync('docs/features.md', 'utf8')).toBe(featuresMarkdown());
});

it('has a row for each feature', () => {
  const page = featuresMarkdown();
  expect(FEATURES.filter(({ name }) => !page.includes(`| \`${name}\` |`))).toEqual([]);
});
