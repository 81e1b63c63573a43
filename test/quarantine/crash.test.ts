import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';
import { createMetrics } from '../../src/observe/metrics.ts';
import { type OpenQuarantine, openQuarantine } from '../../src/quarantine/disk.ts';
import { WHOLE } from '../../src/quarantine/scope.ts';
import { exampleDecision, exampleMail } from '../ledger/example-decision.ts';

const CHOICE = { scope: WHOLE, by: 'ada' };

let folder: string;
let quarantine: OpenQuarantine | null;
let children: ChildProcess[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'postern-crash-'));
  quarantine = null;
  children = [];
});

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await quarantine?.close();
  rmSync(folder, { recursive: true });
});

async function start(now?: () => Date): Promise<OpenQuarantine> {
  quarantine = await openQuarantine(
    configSchema.parse({ quarantine: { directory: folder } }),
    createMetrics(),
    now,
  );
  return quarantine;
}

function run(script: string, args: string[], limits = '') {
  const command = `${limits} exec "$0" "$@"`;
  const path = join(import.meta.dirname, script);
  const child = spawn('bash', ['-c', command, process.execPath, path, folder, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  return child;
}

function mailNames(): string[] {
  return readdirSync(join(folder, 'mail'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.(eml|tmp)/.test(name),
  );
}

test.each([1, 20, 60])(
  'killed after %i messages, everything that was said to be held is held',
  async (count) => {
    const child = run('hold-until-killed.ts', ['200000']);
    const said: string[] = [];
    for await (const line of createInterface(child.stdout)) {
      said.push(line);
      if (said.length >= count) child.kill('SIGKILL');
    }
    const twoHoursOn = () => new Date(Date.now() + 7_200_000);
    const store = await start(twoHoursOn);
    expect(said.length).toBeGreaterThanOrEqual(count);
    for (const id of said) expect(await store.get(id)).toMatchObject({ state: 'held', sizeBytes: 200_000 });
    // At most the three that were under way are more: each with its row, or told to have none.
    const damages = await store.check();
    expect(damages.every(({ problem }) => problem === 'unlisted')).toBe(true);
    expect((await store.count()) + damages.length).toBeLessThanOrEqual(said.length + 3);
    expect(mailNames()).toHaveLength((await store.count()) + damages.length);
  },
);

test('where the disk takes no more, holding fails and leaves no part of a file behind', async () => {
  // A limit on the size of any file stands in for a full disk: write says EFBIG where it would say ENOSPC.
  const child = run('hold-until-killed.ts', ['400000'], 'ulimit -f 300;');
  const lines: string[] = [];
  for await (const line of createInterface(child.stdout)) lines.push(line);
  expect(lines).toEqual(['EFBIG']);
  expect(mailNames()).toEqual([]);
  expect(await (await start()).count()).toBe(0);
});

test('a release by a process that was killed is put back, with a note', async () => {
  const before = await start();
  const mail = exampleMail();
  await before.hold(mail, exampleDecision(mail), mail.envelope.rcptTo);
  const child = run('release-and-wait.ts', [mail.id]);
  await once(child.stdout, 'data');
  await before.expire(new Date());
  expect((await before.get(mail.id))?.state).toBe('releasing');
  await expect(before.release(mail.id, CHOICE, async () => undefined)).rejects.toThrow(/just being released/);
  child.kill('SIGKILL');
  await once(child, 'exit');
  await before.close();
  const after = await start();
  expect(await after.get(mail.id)).toMatchObject({ state: 'held', note: 'release_interrupted' });
  await after.release(mail.id, CHOICE, async () => undefined);
  expect(await after.get(mail.id)).toMatchObject({ state: 'released', note: null });
});
