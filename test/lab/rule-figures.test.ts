import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Hit, measureRules, ruleFigures } from '../../src/lab/rule-figures.ts';
import { rule, ruleSet } from '../detect/rules/yaml.ts';

const CONFIG = fileURLToPath(new URL('../../config/postern.yaml', import.meta.url));

const RULES = ruleSet(rule({ id: 'one', category: 'scam' }));

function hit(source: string, label: string, category: string | null, fired: boolean): Hit {
  return { message: { source, label, category }, hits: fired ? ['one'] : [] };
}

describe('figures of a rule', () => {
  const figures = ruleFigures(RULES, [
    hit('alder', 'scam', 'scam', true),
    hit('alder', 'scam', 'scam', false),
    hit('alder', 'spam', null, true),
    hit('birch', 'ham', null, true),
    hit('birch', 'ham', null, false),
    hit('synthetic', 'scam', 'scam', true),
    hit('synthetic', 'ham', null, false),
  ]);
  const [one] = figures.rules;

  test('count unwanted and legitimate mail by source, and invented mail apart', () => {
    expect(figures.sources).toEqual({
      alder: { unwanted: 3, ham: 0 },
      birch: { unwanted: 0, ham: 2 },
      synthetic: { unwanted: 1, ham: 1 },
    });
    expect([figures.real, figures.invented]).toEqual([
      { unwanted: 3, ham: 2 },
      { unwanted: 1, ham: 1 },
    ]);
    expect(one?.real).toMatchObject({
      hits: { unwanted: 2, ham: 1 },
      bySource: { alder: { unwanted: 2, ham: 0 }, birch: { unwanted: 0, ham: 1 } },
      byCategory: { scam: 1 },
    });
    expect(one?.invented.hits).toEqual({ unwanted: 1, ham: 0 });
  });

  test('give precision among the hits, recall of all unwanted mail, and recall of the category where a reader gave one', () => {
    expect(one?.real.precision?.value).toBeCloseTo(2 / 3, 10);
    expect(one?.real.precision?.low).toBeCloseTo(0.2077, 3);
    expect(one?.real.recall?.value).toBeCloseTo(2 / 3, 10);
    expect(one?.real.recallOfCategory?.value).toBe(0.5);
  });

  test('say nothing of precision where the rule never fired, nor of recall where there is no such mail', () => {
    const [never] = ruleFigures(RULES, [hit('birch', 'ham', null, false)]).rules;
    expect(never?.real).toMatchObject({ precision: null, recall: null, recallOfCategory: null });
  });
});

describe('measuring corpora', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'postern-figures-'));
    for (let i = 0; i < 4; i++) {
      const label = join(folder, 'alder', i < 2 ? 'ham' : 'scam');
      await mkdir(label, { recursive: true });
      const text = i < 2 ? 'See you at noon.' : 'I bring a lucrative business proposal.';
      const head = `From: Ada Fern <ada.fern@${i < 2 ? 'fern' : 'freemail'}.example>\r\nSubject: Hello`;
      await writeFile(join(label, `${i}.eml`), `${head}\r\n\r\n${text}\r\n`);
    }
  });
  afterAll(() => rm(folder, { recursive: true }));
  const measure = (sample: number | null, progress: (done: number, total: number) => void = () => {}) =>
    measureRules({ corpora: [folder], manifest: null, sample, config: CONFIG }, progress);

  test('judges each message with the shipped rules and tells how far it is', async () => {
    const seen: string[] = [];
    const { real, rules } = await measure(null, (done, total) => seen.push(`${done} of ${total}`));
    expect(real).toEqual({ unwanted: 2, ham: 2 });
    expect(rules.find(({ id }) => id === 'scam_business_proposal')?.real.hits).toEqual({
      unwanted: 2,
      ham: 0,
    });
    expect(seen).toEqual(['1 of 4', '2 of 4', '3 of 4', '4 of 4']);
  }, 120_000);

  test('takes a sample evenly from all labels', async () => {
    expect((await measure(2)).real).toEqual({ unwanted: 1, ham: 1 });
  }, 120_000);

  test('refuses a folder without labelled mail', async () => {
    await expect(
      measureRules(
        { corpora: [join(folder, 'alder')], manifest: null, sample: null, config: CONFIG },
        () => {},
      ),
    ).rejects.toThrow('no SOURCE/LABEL/*.eml');
  });
});
