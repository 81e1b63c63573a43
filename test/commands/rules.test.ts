import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFigures } from '../../src/detect/rules/figures.ts';
import { postern } from './run.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'postern-rules-'));
  for (const [label, from, text] of [
    ['ham', 'ada@fern.example', 'See you at noon.'],
    ['scam', 'ada.fern.9@freemail.example', 'I bring a lucrative business proposal.'],
  ] as const) {
    const at = join(folder, 'corpora', 'alder', label);
    await mkdir(at, { recursive: true });
    await writeFile(join(at, '1.eml'), `From: Ada Fern <${from}>\r\nSubject: Hello\r\n\r\n${text}\r\n`);
  }
});
afterAll(() => rm(folder, { recursive: true }));

describe('postern rules measure', { timeout: 120_000 }, () => {
  it('writes figures that the page of rules reads, and nothing of the mail', async () => {
    const out = join(folder, 'figures.json');
    const { code, stderr } = await postern([
      'rules',
      'measure',
      '--corpora',
      join(folder, 'corpora'),
      '--out',
      out,
    ]);
    expect(stderr).toContain('2 of 2 messages judged');
    expect(stderr).toContain('2 real and 0 invented messages');
    expect(code).toBe(0);
    const hits = readFigures(out)?.rules.find(({ id }) => id === 'scam_business_proposal')?.real.hits;
    expect(hits).toEqual({ unwanted: 1, ham: 0 });
    expect(await readFile(out, 'utf8')).not.toContain('fern');
  });

  it.each([
    [[], { POSTERN_CORPORA: '' }, /name the folder of the corpora/],
    [['--corpora', 'x', '--sample', '0'], {}, /whole number above 0/],
    [['--corpora', 'x', '--sample', '1.5'], {}, /whole number above 0/],
  ])('%j exits 2 and says why', async (args, env, why) => {
    const { code, stderr } = await postern(['rules', 'measure', ...args], { env });
    expect(stderr).toMatch(why);
    expect(code).toBe(2);
  });
});
