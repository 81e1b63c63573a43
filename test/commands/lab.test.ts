import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CATEGORIES } from '../../src/detect/category.ts';
import { digest } from '../../src/lab/python.ts';
import { describeWith } from '../describe-with.ts';
import { writeTinyCorpora } from '../lab/tiny-corpora.ts';
import { program } from '../requirement.ts';
import { postern } from './run.ts';

const PYTHON = join(import.meta.dirname, '../../.venv/bin/python');
const A_MINUTE = 60_000;

let folder: string;
const at = (...names: string[]) => join(folder, ...names);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'postern-lab-'));
  await writeTinyCorpora(at('corpora'));
  const built = await postern(['dataset', 'build', '--corpora', at('corpora'), '--out', at('dataset')]);
  expect(built.stderr).toContain(' 0 failed');
}, 2 * A_MINUTE);
afterAll(() => rm(folder, { recursive: true }));

/** Folds as judge.py writes them, by a model that knows the label of every third message only. */
async function writeFolds(dataset: string): Promise<void> {
  const rows = (await readFile(join(dataset, 'rows.ndjson'), 'utf8')).trim().split('\n');
  const folds = [{ name: 'all', kind: 'compass', about: 'every message, by a made-up model' }];
  const even = CATEGORIES.map(() => 1 / CATEGORIES.length);
  const lines = rows.map((line, row) => {
    const known = JSON.parse(line).label === 'ham' ? -1 : 1;
    return JSON.stringify({ row, logit: row % 3 === 0 ? known * 2 : 0, categories: even });
  });
  await mkdir(join(dataset, 'folds'), { recursive: true });
  await writeFile(join(dataset, 'folds', 'all.ndjson'), `${lines.join('\n')}\n`);
  const about = {
    dataset: await digest(dataset),
    without: [],
    leftOut: [],
    duplicates: { messages: rows.length, kept: rows.length, nearDuplicates: 0, labelConflicts: 0 },
    calibration: { a: 1, b: 0, prior: 0.2 },
    fusion: { rules: 1, most: 20 },
    categories: CATEGORIES,
    folds,
  };
  await writeFile(join(dataset, 'folds', 'folds.json'), JSON.stringify(about));
}

describe('postern evaluate', () => {
  test(
    'judges with the rules as well, and writes the same page and plots each time',
    async () => {
      await writeFolds(at('dataset'));
      const first = await postern(['evaluate', at('dataset'), '--out', at('a'), '--json']);
      expect(first.stderr).toContain('written');
      expect(first.code).toBe(0);
      const [fold] = JSON.parse(first.stdout).folds;
      expect(fold.name).toBe('all');
      expect(fold.rulesAlone.auc).toBeGreaterThan(0.6);
      expect(fold.whole.auc.value).toBeGreaterThan(fold.modelAlone.auc);

      const second = await postern(['evaluate', at('dataset'), '--out', at('b')]);
      expect(second.stdout).toContain('all ');
      const page = await readFile(at('a', 'evaluation.md'), 'utf8');
      expect(page).toContain('| all |');
      expect(page).not.toMatch(/NaN|undefined|Infinity/);
      const plots = (await readdir(at('a', 'plots'))).sort();
      expect(plots).toEqual(['recall.svg', 'reliability.svg', 'roc.svg', 'scores.svg']);
      for (const name of ['evaluation.md', ...plots.map((plot) => join('plots', plot))]) {
        expect(await readFile(at('b', name), 'utf8')).toBe(await readFile(at('a', name), 'utf8'));
      }
      for (const plot of plots) expect(page).toContain(`(plots/${plot})`);
    },
    A_MINUTE,
  );

  test(
    'says what is wrong with a folder that is no dataset',
    async () => {
      const { code, stderr } = await postern(['evaluate', at('nowhere')]);
      expect(code).toBe(2);
      expect(stderr).toContain('dataset.json: is not there; `postern dataset build');
    },
    A_MINUTE,
  );

  test(
    'names the line of a fold that it cannot read, and a row that there is not',
    async () => {
      await writeFolds(at('dataset'));
      const path = at('dataset', 'folds', 'all.ndjson');
      await writeFile(path, '{"row":0,"logit":"high","categories":[]}\n');
      const broken = await postern(['evaluate', at('dataset'), '--out', at('c')]);
      expect(broken).toMatchObject({ code: 2, stderr: expect.stringContaining('all.ndjson:1: logit') });
      await writeFile(path, '{"row":99999,"logit":1,"categories":[]}\n');
      const beyond = await postern(['evaluate', at('dataset'), '--out', at('c')]);
      expect(beyond.stderr).toContain('all.ndjson: there is no row 99999');
    },
    A_MINUTE,
  );

  test(
    'says which Python it could not start',
    async () => {
      const { code, stderr } = await postern([
        'evaluate',
        at('dataset'),
        '--again',
        '--python',
        at('python'),
      ]);
      expect(code).toBe(2);
      expect(stderr).toContain('does not start');
    },
    A_MINUTE,
  );
});

describeWith(program('Python with models/train/requirements.txt', PYTHON), 'the lab with Python', () => {
  test(
    'evaluate, ablate and quality make their pages from a dataset alone',
    async () => {
      await rm(at('dataset', 'folds'), { recursive: true, force: true });
      const evaluated = await postern(['evaluate', at('dataset'), '--out', at('docs'), '--json']);
      expect(evaluated.stderr).toContain('messages learnt');
      const names = JSON.parse(evaluated.stdout).folds.map((fold: { name: string }) => fold.name);
      expect(names).toEqual(
        expect.arrayContaining(['lists', 'spamassassin', 'csdmc2010', 'modern', 'synthetic']),
      );

      const ablated = await postern(['ablate', at('dataset'), '--out', at('docs'), '--json']);
      expect(ablated.stderr).not.toContain('messages learnt');
      const { groups, rules } = JSON.parse(ablated.stdout);
      expect(groups.map(({ what }: { what: string }) => what)).toContain('links');
      expect(rules.length).toBeGreaterThan(5);

      const checked = await postern(['quality', at('dataset'), '--out', at('docs'), '--json']);
      expect(JSON.parse(checked.stdout).duplicates.messages).toBeGreaterThan(40);
      for (const page of ['evaluation.md', 'ablation.md', 'data-quality.md']) {
        const text = await readFile(at('docs', page), 'utf8');
        expect(text).toContain('Generated by `postern');
        expect(text).not.toMatch(/NaN|undefined|Infinity/);
      }
    },
    5 * A_MINUTE,
  );

  test(
    'a result of another dataset is made anew',
    async () => {
      const path = at('dataset', 'quality.json');
      const report = JSON.parse(await readFile(path, 'utf8'));
      await writeFile(path, JSON.stringify({ ...report, dataset: 'another', kept: 12345 }));
      const { stdout } = await postern(['quality', at('dataset'), '--out', at('docs'), '--json']);
      expect(JSON.parse(stdout).kept).toBe(report.kept);
    },
    A_MINUTE,
  );
});
