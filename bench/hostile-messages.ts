import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CASES, type HostileCase } from './hostile/cases.ts';
import { type Cost, costOf } from './hostile/measure.ts';

/**
 * What one hostile message costs: how long it holds the event loop, CPU and memory, for each way of making one. Each message
 * is inspected in a process of its own, without DNS.
 *
 *     node bench/hostile-messages.ts [--only TEXT] [--json]
 */
const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    json: { type: 'boolean', default: false },
    config: { type: 'string', default: 'config/postern.yaml' },
    inspect: { type: 'string' },
  },
});

/** What the table promises of every message. */
const MOST_HOLD_MS = 250;

interface Row extends Cost {
  readonly name: string;
  readonly bytes: number;
}

if (values.inspect === undefined) await main();
else await inspectOne(values.inspect);

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'postern-hostile-'));
  const rows: Row[] = [];
  try {
    for (const each of CASES.filter(({ name }) => name.includes(values.only))) {
      const row = await runCase(each, join(folder, 'message.eml'));
      rows.push(row);
      console.log(line(row));
    }
  } finally {
    await rm(folder, { recursive: true });
  }
  const longestHoldMs = Math.max(0, ...rows.map(longest));
  console.log(`${rows.length} messages, longest hold ${longestHoldMs} ms`);
  if (values.json) console.log(JSON.stringify({ messages: rows.length, longestHoldMs, cases: rows }));
  if (longestHoldMs > MOST_HOLD_MS) process.exitCode = 1;
}

async function runCase({ name, pieces }: HostileCase, path: string): Promise<Row> {
  const file = await open(path, 'w');
  for (const piece of pieces()) await file.write(Buffer.from(piece));
  await file.close();
  const child = fork(import.meta.filename, ['--inspect', path, '--config', values.config], {
    serialization: 'advanced',
  });
  const answer = once(child, 'message').then(([cost]) => cost as Cost);
  const failed = once(child, 'exit').then(([code, signal]) => {
    throw new Error(`${name}: the process ended with ${code ?? signal}`);
  });
  const cost = await Promise.race([answer, failed]);
  failed.catch(() => undefined);
  child.disconnect();
  return { name, bytes: (await stat(path)).size, ...cost };
}

async function inspectOne(path: string): Promise<void> {
  const cost = await costOf(path, (await stat(path)).size, values.config);
  process.send?.(cost);
}

function longest({ hold }: Cost): number {
  return Math.max(hold.parse, hold.gather, hold.assess);
}

function line(row: Row): string {
  const { parse, gather, assess } = row.hold;
  const mib = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MiB`;
  return [
    row.name.padEnd(52),
    mib(row.bytes).padStart(7),
    `hold ${[parse, gather, assess].map((ms) => String(ms).padStart(5)).join(' ')} ms`,
    `delay ${String(row.delayMs).padStart(5)} ms`,
    `cpu ${String(row.cpuMs).padStart(6)} ms`,
    `peak ${mib(row.peakBytes).padStart(8)}`,
    `score ${row.score.toFixed(2)}`,
    [...row.overBudget, ...row.ambiguities].join(' '),
  ].join('  ');
}
