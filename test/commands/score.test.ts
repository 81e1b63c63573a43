import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ScoredRow } from '../../src/commands/score/row.ts';
import { CATEGORIES } from '../../src/detect/category.ts';
import { DEMO_CASES, postern, rows } from './run.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'postern-score-'));
});
afterAll(() => rm(folder, { recursive: true }));

const STRANGER = `rules:
  - id: stranger
    category: spam
    status: active
    weight: 0.1
    when: reputation.authenticatedAddress.messages < 2.0
    words: it is a stranger
    falsePositives: everybody at first
    tests: [match-1, no-match-1]
`;

async function score(...args: string[]): Promise<ScoredRow[]> {
  const { code, stdout, stderr } = await postern(['score', ...args, '--format', 'ndjson']);
  expect(stderr).toBe('');
  expect(code).toBe(0);
  return rows(stdout) as unknown as ScoredRow[];
}

/** What a judgement says, without how long it took. */
function judgement({ ms, path, ...rest }: ScoredRow): unknown {
  expect(ms).toBeGreaterThan(0);
  expect(path).not.toBe('');
  return rest;
}

/** Each test starts processes that load a model, some of them several. */
const LIMIT_MS = 120_000;

describe('postern score', { timeout: LIMIT_MS }, () => {
  it('prints one line of the fixed shape per message of a folder, in the order of their names', async () => {
    const scored = await score(DEMO_CASES);
    const paths = scored.map(({ path }) => path);
    expect(paths).toEqual([...paths].sort());
    expect(paths.length).toBeGreaterThan(30);
    for (const row of scored) {
      expect(Object.keys(row)).toEqual(
        expect.arrayContaining([
          'path',
          'id',
          'verdict',
          'category',
          'score',
          'scores',
          'findings',
          'notRun',
          'ms',
        ]),
      );
      expect(row.score).toBeGreaterThan(0);
      expect(row.score).toBeLessThan(1);
      const sum = CATEGORIES.reduce((total, category) => total + row.scores[category], 0);
      expect(sum).toBeCloseTo(row.score, 9);
    }
  });

  it('gives the same judgement of the same bytes each time', async () => {
    const [one, again] = [await score(DEMO_CASES), await score(DEMO_CASES)];
    expect(again.map(judgement)).toEqual(one.map(judgement));
  });

  it('reads the messages of an mbox', async () => {
    const raw = await readFile(join(DEMO_CASES, '24-personal-reply.eml'), 'latin1');
    const message = `From anna@example.org Mon Nov 23 10:00:00 2026\r\n${raw}\r\n`;
    const mbox = join(folder, 'two.mbox');
    await writeFile(mbox, message + message, 'latin1');
    const scored = await score(mbox);
    expect(scored.map(({ path }) => path)).toEqual([`${mbox}#0`, `${mbox}#1`]);
    expect(scored[0]?.id).toBe(scored[1]?.id);
  });

  it('judges with what the sidecar says of the session', async () => {
    const name = '03-bank-pushtan';
    await copyFile(join(DEMO_CASES, `${name}.eml`), join(folder, 'alone.eml'));
    const [withSidecar] = await score(join(DEMO_CASES, `${name}.eml`));
    const [alone] = await score(join(folder, 'alone.eml'));
    expect(withSidecar?.id).toBe(alone?.id);
    expect(withSidecar?.score).not.toBe(alone?.score);
  });

  it('takes a command line as long as the system allows', async () => {
    const path = join(DEMO_CASES, '24-personal-reply.eml');
    const paths = Array.from({ length: Math.ceil(40_000 / path.length) }, () => path);
    const scored = await score(...paths);
    expect(scored.map((row) => row.path)).toEqual(paths);
  });

  it('ends without an error when nobody reads on', async () => {
    const command = `"${process.execPath}" bin/postern.js score test/cases --json | head -n 1; echo "exit \${PIPESTATUS[0]}"`;
    const { stdout, stderr } = await promisify(execFile)('bash', ['-c', command]);
    expect(stderr).toBe('');
    expect(stdout.trim().split('\n').at(-1)).toBe('exit 0');
  });

  it('says which file cannot be read, judges the others, and exits 1', async () => {
    await copyFile(join(DEMO_CASES, '24-personal-reply.eml'), join(folder, 'b.eml'));
    await copyFile(join(DEMO_CASES, '24-personal-reply.eml'), join(folder, 'a.eml'));
    await writeFile(join(folder, 'a.json'), '{"date": 5}');
    const { code, stdout, stderr } = await postern([
      'score',
      join(folder, 'a.eml'),
      join(folder, 'b.eml'),
      '--json',
    ]);
    expect(code).toBe(1);
    expect(stderr).toContain('a.json: date');
    expect(rows(stdout).map(({ path }) => path)).toEqual([join(folder, 'b.eml')]);
  });

  it('learns in time order, so that a sender is no stranger the fourth time', async () => {
    const name = '05-bec-gift-cards';
    const raw = await readFile(join(DEMO_CASES, `${name}.eml`));
    const sidecar = JSON.parse(await readFile(join(DEMO_CASES, `${name}.json`), 'utf8'));
    // A rule of the test's own says whether the sender is new.
    const config = join(folder, 'postern.yaml');
    await writeFile(config, 'detect: {model: null, rules: [rules]}\n');
    await mkdir(join(folder, 'rules'));
    await writeFile(join(folder, 'rules', 'stranger.yaml'), STRANGER);
    // The latest comes first by name: rows keep that order, learning goes by date.
    const days = ['2026-11-20', '2026-11-19', '2026-11-18', '2026-11-17'];
    const paths = await Promise.all(
      days.map(async (day, place) => {
        await writeFile(join(folder, `t${place}.eml`), raw);
        await writeFile(
          join(folder, `t${place}.json`),
          JSON.stringify({ ...sidecar, date: `${day}T10:00:00Z` }),
        );
        return join(folder, `t${place}.eml`);
      }),
    );
    const memory = join(folder, 'memory.sqlite');
    const scored = await score(...paths, '--in-time-order', '--memory', memory, '--config', config);
    expect(scored.map(({ path }) => path)).toEqual(paths);
    const strange = (row: ScoredRow | undefined) =>
      row?.findings.some(({ detector }) => detector === 'rule:stranger');
    expect(scored.map(strange)).toEqual([false, true, true, true]);
    const [remembered] = await score(paths[3] ?? '', '--memory', memory, '--config', config);
    const [unknown] = await score(paths[3] ?? '', '--config', config);
    expect([strange(remembered), strange(unknown)]).toEqual([false, true]);
  });

  it('exits 2 where there is nothing to judge, and 3 for a path that is not there', async () => {
    expect((await postern(['score', join(DEMO_CASES, '..', 'README.md')])).code).not.toBe(-1);
    const nothing = await mkdtemp(join(folder, 'empty-'));
    expect(await postern(['score', nothing])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('no .eml'),
    });
    const missing = await postern(['score', join(folder, 'nowhere')]);
    expect(missing).toMatchObject({ code: 2, stderr: expect.stringContaining('nowhere') });
  });
});
