import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

/** How many cases each group of hostile inputs has. */
const GROUPS = { S: 13, M: 9, P: 13, A: 9, C: 9, X: 5, F: 8 };
const ALL = Object.entries(GROUPS).flatMap(([letter, count]) =>
  Array.from({ length: count }, (_, index) => `${letter}${index + 1}`),
);

interface Row {
  readonly id: string;
  readonly files: readonly string[];
  readonly happens: string;
}

function rowsOf(page: string): Row[] {
  return [...page.matchAll(/^\| ([A-Z]\d+) \| (.*) \| (.*) \| (.*) \|$/gm)].map(
    ([, id, , where, happens]) => ({
      id: id ?? '',
      files: [...(where ?? '').matchAll(/`([^`]+)`/g)].map(([, path]) => path ?? ''),
      happens: happens ?? '',
    }),
  );
}

/** Where a test says what it is about: titles in code, comments in dialogues. */
function mentions(path: string, id: string): boolean {
  const word = new RegExp(`(?:^|[^A-Za-z0-9])${id}(?![A-Za-z0-9])`);
  const lines = read(path).split('\n');
  return lines.some(
    (line) => word.test(line) && (path.endsWith('.txt') ? line.startsWith('#') : /['"`*]/.test(line)),
  );
}

const rows = rowsOf(read('docs/security.md'));

test('the table has every hostile case once, in order', () => {
  expect(rows.map(({ id }) => id)).toEqual(ALL);
});

describe('in the table of hostile cases', () => {
  test.each(rows)('$id names tests that are there and bear its id', ({ id, files }) => {
    for (const file of files) {
      expect(file).toMatch(/^(?:test|bench)\//);
      expect(existsSync(join(ROOT, file)), file).toBe(true);
      expect(mentions(file, id), `${file} has no ${id}`).toBe(true);
    }
  });

  test.each(rows)('$id is tested, or comes with the console and says so', ({ id, files, happens }) => {
    expect(happens.length).toBeGreaterThan(10);
    if (files.length === 0) {
      expect(id).toMatch(/^C/);
      expect(happens.toLowerCase()).toContain('comes with the console');
    }
  });
});

test.each(['docs/security.md', 'docs/threat-model.md'])('%s names no file that is not there', (page) => {
  const named = [...read(page).matchAll(/`((?:test|bench|src|deploy|bin|docs)\/[\w./-]+)`/g)];
  expect(named.length).toBeGreaterThan(3);
  for (const [, path] of named) expect(existsSync(join(ROOT, path ?? '')), path).toBe(true);
});

test.each(['docs/security.md', 'docs/threat-model.md', 'SECURITY.md'])(
  'the links of %s lead somewhere',
  (page) => {
    for (const [, target] of read(page).matchAll(/\]\(([^)#]+)/g)) {
      expect(existsSync(join(ROOT, page, '..', target ?? '')), target).toBe(true);
    }
  },
);
