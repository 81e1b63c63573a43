import { Command } from 'commander';
import { loadConfig } from '../config/load.ts';
import { compact } from '../lab/data/compact.ts';
import { describe } from '../ledger/reader.ts';
import { CONFIG_FILE } from './config-file.ts';

interface CompactCommandOptions {
  readonly config: string;
  readonly json?: boolean;
}

/** `postern compact`: closed days of the ledger as Parquet. The service does the same once a day. */
export function compactCommand(): Command {
  return new Command('compact')
    .description('write closed days of the ledger as Parquet, for sql, report and Spark')
    .option('-c, --config <file>', 'configuration', CONFIG_FILE)
    .option('--json', 'print what was written as JSON')
    .action(run);
}

async function run(options: CompactCommandOptions): Promise<void> {
  const { config } = loadConfig(options.config, process.env);
  const done = await compact({
    ledger: config.ledger.directory,
    parquet: config.lab.data,
    retentionDays: config.ledger.retentionDays,
    now: new Date(),
    onBadLine: (bad) => console.error(`postern: ${describe(bad)}`),
  });
  if (options.json) {
    console.log(JSON.stringify(done));
    return;
  }
  for (const { path, records } of done.written) console.log(`${path}: ${records} records`);
  for (const day of done.removed) console.log(`${day}: past its retention, removed`);
  if (done.written.length === 0) console.log('nothing to do: every closed day is there');
}
