// npm run test:console [-- --json]: the main task of each page in Chromium, what axe-core says, and how quick lists and searches are.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { chromiumRequirement } from './browser.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const VAR = join(ROOT, 'var');
const REPORT = join(VAR, 'console-report.json');
const AXE_REPORT = join(VAR, 'console-axe.ndjson');
/** Of a list or a search with 100,000 held messages, on two cores. */
const TARGET_MS = 200;
/** Its tests are of the harness itself: no task of a person. */
const OWN_TESTS = 'browser.test.ts';

const reports = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string().optional(),
      assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })),
    }),
  ),
});
const axeLines = z.object({ path: z.string(), device: z.string(), serious: z.int() });
const benches = z.object({ listMs: z.number() });

const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
if (chromiumRequirement.missing !== null) {
  console.error(`test:console: ${chromiumRequirement.missing}`);
  process.exit(3);
}
mkdirSync(VAR, { recursive: true });
for (const file of [REPORT, AXE_REPORT]) rmSync(file, { force: true });

const { tasks, passed, faults } = await runTasks();
const axeSerious = seriousOf(readFileSync(AXE_REPORT, 'utf8'));
const listMs = await runBench();
if (axeSerious > 0) faults.push(`axe-core calls ${axeSerious} things serious`);
if (listMs > TARGET_MS) faults.push(`a list or search takes ${listMs} ms, above ${TARGET_MS}`);
for (const fault of faults) console.error(`failed: ${fault}`);
if (values.json) console.log(JSON.stringify({ tasks, passed, listMs, axeSerious }));
else
  console.log(
    `${passed} of ${tasks} tasks passed, ${axeSerious} serious findings of axe-core, lists within ${listMs} ms`,
  );
process.exitCode = faults.length === 0 ? 0 : 1;

/** What a test skips has not passed. */
async function runTasks(): Promise<{ tasks: number; passed: number; faults: string[] }> {
  const vitest = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${REPORT}`];
  const child = spawn(process.execPath, [vitest, 'run', 'test/system/console', ...reporters], {
    cwd: ROOT,
    env: { ...process.env, POSTERN_AXE_REPORT: AXE_REPORT },
    // Standard output is for the one line.
    stdio: ['ignore', 2, 2],
  });
  const [code] = await once(child, 'exit');
  const { testResults } = reports.parse(JSON.parse(readFileSync(REPORT, 'utf8')));
  const faults: string[] = [];
  let tasks = 0;
  let passed = 0;
  for (const { name, status, message, assertionResults } of testResults) {
    for (const { fullName, status: one } of assertionResults) {
      if (one !== 'passed') faults.push(`${basename(name)}: ${fullName} (${one})`);
      if (basename(name) === OWN_TESTS) continue;
      tasks += 1;
      if (one === 'passed') passed += 1;
    }
    if (status === 'failed' && assertionResults.length === 0)
      faults.push(`${basename(name)}: ${message?.split('\n')[0] ?? 'did not run'}`);
  }
  if (code !== 0 && faults.length === 0) faults.push(`vitest ended with ${code}`);
  return { tasks, passed, faults };
}

function seriousOf(ndjson: string): number {
  const lines = ndjson.split('\n').filter((line) => line !== '');
  return lines.reduce((sum, line) => sum + axeLines.parse(JSON.parse(line)).serious, 0);
}

async function runBench(): Promise<number> {
  const bench = join(ROOT, 'bench', 'console.ts');
  const child = spawn(process.execPath, [bench, '--json', '--sqlite'], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const said = await text(child.stdout);
  if (child.exitCode === null) await once(child, 'exit');
  if (child.exitCode !== 0) throw new Error(`bench/console.ts ended with ${child.exitCode}`);
  return benches.parse(JSON.parse(said.trim().split('\n').at(-1) ?? '')).listMs;
}
