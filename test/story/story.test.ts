import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeWith } from '../describe-with.ts';
import { program } from '../requirement.ts';
import { at, numberAt } from './json.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const PYTHON = join(ROOT, '.venv', 'bin', 'python');
/** A minute where nothing else runs, two where a few other things do. */
const LIMIT_MS = 300_000;

describeWith(program('the Python environment of the project', PYTHON), 'the story of a campaign', () => {
  it(
    'is missed, reported, grouped, met by a proposed rule, and held at the next wave',
    async () => {
      const { code, line } = await run();
      expect(line, JSON.stringify(line)).toMatchObject({
        holds: true,
        firstWaveMissed: 20,
        replayCaught: 20,
        replayBroken: 0,
        nextWaveCaught: 20,
        falsePositivesAdded: 0,
        casesClosed: 3,
      });
      expect(numberAt(line, 'missRateAfter')).toBeLessThan(numberAt(line, 'missRateBefore'));
      expect(numberAt(line, 'canaryCaught')).toBeLessThan(numberAt(line, 'canary'));
      expect(at(line, 'rule')).toMatch(/^gap_/);
      expect(code).toBe(0);
    },
    LIMIT_MS,
  );
});

function run(): Promise<{ code: number; line: unknown }> {
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [join(ROOT, 'test', 'story', 'run.ts'), '--json'],
      { maxBuffer: 1e7, cwd: ROOT },
      (error, stdout, stderr) => {
        const last = stdout.trim().split('\n').at(-1) ?? '';
        if (last === '') reject(new Error(`no line of JSON: ${stderr}`));
        else resolve({ code: error === null ? 0 : Number(error.code), line: JSON.parse(last) });
      },
    );
  });
}
