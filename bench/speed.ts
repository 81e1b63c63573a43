import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { compare, TARGETS } from './speed/compare.ts';
import { Rig } from './speed/measure.ts';
import { loadMessages } from './speed/messages.ts';
import { pageOf } from './speed/page.ts';
import { summaryOf } from './speed/summary.ts';

/**
 * `npm run bench`: real messages (POSTERN_CORPORA, else generated ones) through Postern and what else is installed, side by side in one run.
 * `--json` ends with one line of all figures; `--quick` takes under a minute; `--targets a,b` chooses; `--page FILE` writes the page.
 */
const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    targets: { type: 'string' },
    page: { type: 'string' },
    rounds: { type: 'string' },
    count: { type: 'string' },
    seed: { type: 'string', default: '2026' },
  },
});

const QUICK = ['direct', 'pipe', 'postern'];
const targets = values.targets?.split(',') ?? (values.quick ? QUICK : Object.keys(TARGETS));
const say = (line: string) => process.stderr.write(`${line}\n`);
const set = await loadMessages(process.env.POSTERN_CORPORA, values.quick ? 300 : 1_000, Number(values.seed));
const folder = await mkdtemp(join(tmpdir(), 'postern-bench-'));
// Servers with users of their own write below it.
await chmod(folder, 0o755);
const rig = await Rig.open(set.messages);
try {
  const compared = await compare(rig, folder, {
    targets,
    connections: [1, 8],
    count: Number(values.count ?? (values.quick ? 300 : 1_500)),
    warmUp: values.quick ? 300 : 3_000,
    rounds: Number(values.rounds ?? (values.quick ? 1 : 3)),
    onProgress: say,
  });
  const summary = summaryOf(compared, set);
  if (values.page !== undefined) await writeFile(values.page, pageOf(summary));
  for (const { target, connections, messagesPerSecond, cpuMs, latency, memoryMiB } of summary.rows)
    say(
      `${target.padEnd(16)} ×${connections}  ${messagesPerSecond.median.toFixed(0).padStart(5)}/s  CPU ${cpuMs.median.toFixed(2).padStart(6)} ms  p50 ${latency.p50.median.toFixed(1)}  p95 ${latency.p95.median.toFixed(1)}  p99 ${latency.p99.median.toFixed(1)} ms  ${memoryMiB.median.toFixed(0)} MiB`,
    );
  if (values.json) process.stdout.write(`${JSON.stringify(summary)}\n`);
  if (summary.lost + summary.doubled + summary.changed > 0) process.exitCode = 1;
} finally {
  rig.close();
  await rm(folder, { recursive: true, force: true });
}
