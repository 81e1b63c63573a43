import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readCases } from '../cases/cases.ts';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '..', '..');
const DEMO_LIMIT_MS = 120_000;

const lastLine = z.object({
  sent: z.number(),
  delivered: z.number(),
  held: z.number(),
  refused: z.number(),
  lost: z.number(),
  verdicts: z.record(z.string(), z.number()),
});

describe('npm run demo -- --json', () => {
  let said: z.infer<typeof lastLine>;

  beforeAll(async () => {
    const { stdout } = await run('npm', ['run', '--silent', 'demo', '--', '--json'], { cwd: ROOT });
    said = lastLine.parse(JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? ''));
  }, DEMO_LIMIT_MS);

  it('sends every bundled message', () => {
    expect(said.sent).toBe(readCases().length);
  });

  it('loses none', () => {
    expect(said.lost).toBe(0);
    expect(said.delivered + said.held + said.refused).toBe(said.sent);
  });

  it('shows verdicts of more than one kind, which add up', () => {
    expect(Object.keys(said.verdicts).length).toBeGreaterThan(1);
    expect(Object.values(said.verdicts).reduce((sum, count) => sum + count, 0)).toBe(said.sent);
  });
});
