import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { xorshift } from '../../src/lab/evaluate/interval.ts';
import { DEMO_CASES } from '../commands/run.ts';

/** Collections that training knows by name, so that whole ones can be held out. */
const SOURCES = ['csdmc2010', 'spamassassin', 'list_ham', 'listspam', 'phishing_pot', 'synthetic'];
const EACH = 10;
/** Of the messages by number: every second is wanted, and nobody reads what kind it is. */
const CATEGORIES = [null, 'scam', null, 'spam'];
const SYLLABLES = 'ba do fe gi ku la mo ne pi ro su te vi wa xo ze'.split(' ');
const WANTED = 'meeting minutes agenda patch review thanks draft colleague lunch project'.split(' ');
const UNWANTED = 'winner prize lottery million claim urgent bonus casino pills cheap'.split(' ');

/**
 * Some ninety messages: those of the demonstration, which set rules off, and ten in each collection that were put together of
 * words, half of them wanted, so that no two are near duplicates.
 */
export async function writeTinyCorpora(folder: string): Promise<void> {
  const random = xorshift(29);
  for (const source of SOURCES) {
    for (let i = 0; i < EACH; i++) {
      const at = await labelFolder(folder, source, i % 2 === 1);
      await writeFile(join(at, `made-${i}.eml`), made(i % 2 === 1, random));
      await writeFile(
        join(at, `made-${i}.json`),
        JSON.stringify({
          date: `${2019 + i}-03-04T05:06:07Z`,
          lang: 'en',
          category: CATEGORIES[i % CATEGORIES.length],
        }),
      );
    }
  }
  await copyDemo(folder);
}

async function copyDemo(folder: string): Promise<void> {
  const cases = (await readdir(DEMO_CASES)).filter((name) => name.endsWith('.eml')).sort();
  for (const [i, name] of cases.entries()) {
    const sidecar = JSON.parse(await readFile(join(DEMO_CASES, name.replace(/eml$/, 'json')), 'utf8'));
    const { category, unwanted } = sidecar.expect;
    const at = await labelFolder(folder, SOURCES[i % SOURCES.length] ?? '', unwanted);
    await copyFile(join(DEMO_CASES, name), join(at, name));
    await writeFile(join(at, name.replace(/eml$/, 'json')), JSON.stringify({ ...sidecar, category }));
  }
}

async function labelFolder(folder: string, source: string, unwanted: boolean): Promise<string> {
  const at = join(folder, source, unwanted ? 'spam' : 'ham');
  await mkdir(at, { recursive: true });
  return at;
}

function made(unwanted: boolean, random: () => number): string {
  const pick = (words: readonly string[]) => words[Math.floor(random() * words.length)] ?? '';
  const own = unwanted ? UNWANTED : WANTED;
  const name = () => pick(SYLLABLES) + pick(SYLLABLES) + pick(SYLLABLES);
  const text = Array.from({ length: 60 }, (_, i) => (i % 3 === 0 ? pick(own) : name()));
  const head = 'From: Ada Fern <ada@fern.example>\r\nTo: you@company.example\r\nSubject: ';
  return `${head}${pick(own)} ${name()}\r\n\r\n${text.join(' ').replace(/(.{60}) /g, '$1\r\n')}\r\n`;
}
