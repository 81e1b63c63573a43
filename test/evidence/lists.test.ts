import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { THEMES } from '../../src/evidence/language.ts';
import { ListError, loadLists } from '../../src/evidence/lists.ts';
import { SHIPPED_LISTS } from './message-factory.ts';

describe('the lists as they ship', () => {
  it('know what they should', () => {
    const { freemail, disposable, shorteners, fileSharing, freeHosting, suspiciousTlds, vocabulary } =
      SHIPPED_LISTS;
    expect(freemail.has('gmail.com')).toBe(true);
    expect(disposable.has('x.yopmail.com')).toBe(true);
    expect(shorteners.has('bit.ly')).toBe(true);
    expect(fileSharing.has('docs.google.com')).toBe(true);
    expect(freeHosting.has('x.github.io')).toBe(true);
    expect(suspiciousTlds.has('icu')).toBe(true);
    expect(suspiciousTlds.has('com')).toBe(false);
    expect(vocabulary.languages).toEqual(['de', 'en', 'es', 'fr', 'it', 'ja', 'nl', 'pl', 'pt', 'sv', 'tr']);
  });

  it.each(['de', 'en', 'es', 'fr', 'it', 'ja', 'nl', 'pl', 'pt', 'sv', 'tr'])(
    'have words of every theme in %s',
    (language) => {
      const words: unknown = parse(readFileSync(`config/lists/words/${language}.yaml`, 'utf8'));
      expect(Object.keys(words as object).sort()).toEqual(['common', 'greeting', 'role', ...THEMES].sort());
    },
  );

  it('say how they are written on their first line', () => {
    for (const name of readdirSync('config/lists').filter((file) => /\.(txt|csv)$/.test(file))) {
      expect([name, firstLine(join('config/lists', name)).startsWith('# ')]).toEqual([name, true]);
    }
  });

  it('give no domain to two brands', () => {
    const domains = SHIPPED_LISTS.brands.all.flatMap((brand) => brand.domains);
    expect(domains.filter((domain, at) => domains.indexOf(domain) !== at)).toEqual([]);
  });

  it('have at least 120 brands', () => {
    expect(SHIPPED_LISTS.brands.all.length).toBeGreaterThan(120);
  });
});

const firstLine = (path: string) => readFileSync(path, 'utf8').split('\n', 1)[0] ?? '';

describe('a mistake in a list', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'postern-lists-'));
    cpSync('config/lists', folder, { recursive: true });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const load = () => loadLists(folder, join(folder, 'people.csv'));

  it.each([
    ['freemail.txt', '# c\n\nalder.example # ours\nno domain', ':4: "no domain" is not a domain'],
    ['shorteners.txt', 'short', ':1: "short" is not a domain'],
    ['suspicious-tlds.txt', '.icu', ':1: ".icu" is not a top-level domain in lower case without the dot'],
    ['brands.txt', 'Alder alder.example', ':1: no ":" between names and domains'],
    ['brands.txt', 'Alder: alder', ':1: "alder" is not a domain'],
    ['brands.txt', 'Alder,: alder.example', ':1: an empty name'],
    ['redirectors.txt', 'alder.example /r url', ':1: not "host /path parameter redirect|wrapper"'],
    ['redirectors.txt', 'alder.example r url redirect', ':1: the path "r" does not start with "/"'],
    ['redirectors.txt', 'alder.example /r url wrap', ':1: "wrap" is no kind'],
    ['people.csv', 'Ada,ada@birch.example,director', ':1: a name has at least two words'],
    ['people.csv', 'Ada Linden,ada at birch,director', ':1: "ada" is not an address'],
    ['people.csv', 'Ada Linden,a@birch.example,director,more', ':1: more than three fields'],
    ['words/en.yaml', 'urgency: [now]\nmagic: [abra]', ':2: "magic" is no theme'],
    ['words/en.yaml', 'urgency: now', ':1: "urgency" has no list of phrases'],
    ['words/en.yaml', 'urgency:\n  - now\n  - 24', ':3: a phrase is text; quote numbers'],
    ['words/en.yaml', 'urgency: ["!"]', ':1: an empty phrase'],
    ['words/en.yaml', '- urgent', ':1: not a map of themes to phrases'],
    ['words/en.yaml', 'urgency: [now', ':1: '],
  ])('in %s (%j) is told with file and line', (name, content, message) => {
    writeFileSync(join(folder, name), content);
    expect(load).toThrow(ListError);
    expect(load).toThrow(`${join(folder, name)}${message}`);
  });

  it('is a missing file', () => {
    rmSync(join(folder, 'brands.txt'));
    expect(load).toThrow(`${join(folder, 'brands.txt')}: cannot be read`);
  });

  it('is a missing folder of words', () => {
    rmSync(join(folder, 'words'), { recursive: true });
    expect(load).toThrow(`${join(folder, 'words')}: cannot be read`);
  });

  it('is not an empty list, nor a comment', () => {
    writeFileSync(join(folder, 'freemail.txt'), '# nothing\n');
    mkdirSync(join(folder, 'elsewhere'));
    copyFileSync('config/lists/people.csv', join(folder, 'elsewhere', 'people.csv'));
    expect(loadLists(folder, join(folder, 'elsewhere', 'people.csv')).freemail.has('gmail.com')).toBe(false);
  });
});
