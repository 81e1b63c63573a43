import { existsSync } from 'node:fs';
import { Command, Option } from 'commander';
import { loadConfig } from '../config/load.ts';
import { findMail } from '../mail/files.ts';
import { CONFIG_FILE } from './config-file.ts';
import { EXIT, UsageError } from './failure.ts';
import { scoreInTimeOrder } from './score/in-time-order.ts';
import type { JudgeSetup } from './score/judge.ts';
import { type Row, tableHead, tableLine } from './score/row.ts';
import { scoreAcrossWorkers } from './score/workers.ts';

interface ScoreOptions {
  readonly config: string;
  readonly format: 'table' | 'ndjson';
  readonly json?: boolean;
  readonly liveDns?: boolean;
  readonly memory?: string;
  readonly inTimeOrder?: boolean;
}

/** `postern score PATH…`: one row per message, in input order; exit 1 where something could not be read. */
export function scoreCommand(): Command {
  return new Command('score')
    .description(
      'judge .eml files, mbox files and folders; a sidecar x.json beside x.eml says what the session knew',
    )
    .argument('<path...>', '.eml or mbox files, or folders of them')
    .option('-c, --config <file>', 'configuration', CONFIG_FILE)
    .addOption(new Option('-f, --format <format>', 'output').choices(['table', 'ndjson']).default('table'))
    .option('--json', 'the same as --format ndjson')
    .option('--live-dns', 'ask DNS anew, whatever results are recorded')
    .option('--memory <file>', 'judge with the reputation kept in this file')
    .option('--in-time-order', 'learn from each message before the next, by date')
    .action(score);
}

async function score(paths: string[], options: ScoreOptions): Promise<void> {
  const missing = paths.find((path) => !existsSync(path));
  if (missing !== undefined) throw new UsageError(`${missing}: no such file or folder`);
  // Read here too, so that a mistake is one clear error and not one per worker.
  loadConfig(options.config, process.env);
  const setup: JudgeSetup = {
    config: options.config,
    liveDns: options.liveDns === true,
    memory: options.memory ?? null,
  };
  const sources = findMail(paths);
  const rows = options.inTimeOrder ? scoreInTimeOrder(sources, setup) : scoreAcrossWorkers(sources, setup);
  const count = await print(rows, options.json === true || options.format === 'ndjson');
  if (count === 0) throw new UsageError(`no .eml or mbox file under ${paths.join(', ')}`);
}

async function print(rows: AsyncIterable<Row>, ndjson: boolean): Promise<number> {
  let count = 0;
  for await (const row of rows) {
    if (!process.stdout.writable) break;
    if (count++ === 0 && !ndjson) await write(tableHead());
    if ('error' in row) {
      console.error(`postern: ${row.path}: ${row.error}`);
      process.exitCode = EXIT.negative;
    } else await write(ndjson ? JSON.stringify(row) : tableLine(row));
    progress(count);
  }
  progress(count, true);
  return count;
}

/** Waits while a pipe is full: a reader that is slow must not make us keep all the rows. */
async function write(line: string): Promise<void> {
  if (process.stdout.write(`${line}\n`)) return;
  await new Promise<void>((resolve) => {
    const done = () => {
      process.stdout.off('drain', done).off('close', done);
      resolve();
    };
    process.stdout.on('drain', done).on('close', done);
  });
}

const PROGRESS_EVERY = 100;

/** On a terminal whose standard output goes elsewhere: how far it is. */
function progress(count: number, done = false): void {
  if (!process.stderr.isTTY || process.stdout.isTTY) return;
  if (done) process.stderr.write(`\r${count} messages judged\n`);
  else if (count % PROGRESS_EVERY === 0) process.stderr.write(`\r${count} messages judged`);
}
