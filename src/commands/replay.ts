import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { replayPage } from '../lab/replay/page.ts';
import { DEFAULT_LIST, replay } from '../lab/replay/replay.ts';
import { CONFIG_FILE } from './config-file.ts';
import { UsageError } from './failure.ts';

interface Options {
  readonly config: string;
  readonly ledger?: string;
  readonly data?: string;
  readonly since?: Date;
  readonly until?: Date;
  readonly with?: string;
  readonly rules: readonly string[];
  readonly model?: string;
  readonly rescore?: string;
  readonly json?: boolean;
  readonly list: number;
}

/** `postern replay`: what another policy, other rules or another model would have decided. */
export function replayCommand(): Command {
  return new Command('replay')
    .description('say what another configuration would have decided about the mail of the ledger')
    .option(
      '-c, --config <file>',
      'configuration that decided; what it does not make again is set aside',
      CONFIG_FILE,
    )
    .option('-w, --with <file>', 'configuration to try')
    .option('--ledger <folder>', 'ledger; else that of the configuration')
    .option('--data <folder>', 'the ledger as Parquet, which is read faster')
    .option('--since <time>', 'decisions from then on (ISO 8601; UTC where no zone is given)', time)
    .option('--until <time>', 'decisions before then', time)
    .option('--rules <folder>', 'try these rules instead; can be repeated', collect, [])
    .option('--model <folder>', 'try this model instead; needs --rescore')
    .option('--rescore <folder>', 'judge raw mail (<id>.eml) anew, in time order')
    .option('--list <number>', 'how many changed messages to list', count, DEFAULT_LIST)
    .option('--json', 'one JSON object')
    .addHelpText('after', '\nExample:\n  postern replay --since 2026-03-01 --with stricter.yaml')
    .action(run);
}

async function run(options: Options): Promise<void> {
  const { config: current } = loadConfig(options.config, process.env);
  const ledger = options.ledger ?? current.ledger.directory;
  for (const folder of [ledger, options.data, options.rescore, ...options.rules]) {
    if (folder !== undefined && !existsSync(folder)) throw new UsageError(`${folder}: no such folder`);
  }
  const summary = await replay({
    ledger,
    data: options.data,
    since: options.since,
    until: options.until,
    with: nextOf(options, current),
    current,
    rescore: options.rescore,
    list: options.list,
  });
  if (summary.decisions === 0) throw new UsageError(`${ledger}: has no decision of that time`);
  console.log(options.json ? JSON.stringify(summary) : replayPage(summary));
}

/** The configuration to try: another file, or the current one, with the rules and the model that the command line names. */
function nextOf(options: Options, current: Config): Config {
  const next = options.with === undefined ? current : loadConfig(options.with, process.env).config;
  const { rules, model } = options;
  return {
    ...next,
    detect: {
      ...next.detect,
      ...(rules.length === 0 ? {} : { rules: rules.map((folder) => resolve(folder)) }),
      ...(model === undefined ? {} : { model: resolve(model) }),
    },
  };
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

/** A date alone is midnight in UTC, and so is a time without a zone. */
function time(value: string): Date {
  const hasZone = /(Z|[+-]\d\d:?\d\d)$/i.test(value);
  const at = new Date(/T/.test(value) && !hasZone ? `${value}Z` : value);
  if (!/^\d{4}-\d\d-\d\d/.test(value) || Number.isNaN(at.getTime())) {
    throw new InvalidArgumentError('write 2026-03-01 or 2026-03-01T12:00Z');
  }
  return at;
}

function count(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 0) throw new InvalidArgumentError('write a whole number');
  return number;
}
