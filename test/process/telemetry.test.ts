import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { postern } from '../commands/run.ts';

let home = '';
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'postern-home-'));
});
afterEach(() => rm(home, { recursive: true }));

/** What would keep onnxruntime from its telemetry in a test, and is not there where people run Postern. */
const NOT_THERE = { CI: undefined, ORT_DISABLE_TELEMETRY: undefined, ORT_RUNNING_UNIT_TESTS: undefined };

test('judging a message leaves no identifier of the machine for telemetry behind', async () => {
  const raw =
    'From: Ada <ada@example.com>\r\nTo: b@example.net\r\nSubject: Minutes\r\n\r\nSee you on Monday.\r\n';
  await writeFile(join(home, 'a.eml'), raw);
  const run = await postern(['score', home], {
    env: { ...NOT_THERE, HOME: home, XDG_CACHE_HOME: undefined },
  });
  expect(run).toMatchObject({ code: 0 });
  expect(await readdir(home, { recursive: true })).toEqual(['a.eml']);
});

/** The library reads the variable when it is loaded; whatever loads it must come after. */
test.each([
  'src/main.ts',
  'src/detect/models/session.ts',
  'src/detect/models/judge.ts',
  'src/inspection/vessel.ts',
])('%s turns telemetry off before all else', async (file) => {
  const text = await readFile(join(import.meta.dirname, '../..', file), 'utf8');
  expect(/^import .*$/m.exec(text)?.[0]).toMatch(/^import '[./]+\/no-telemetry\.ts';$/);
});
