import { userInfo } from 'node:os';
import { Command } from 'commander';
import { parse } from 'yaml';
import { loadConfig } from '../config/load.ts';
import type { AuditRecord } from '../ledger/record.ts';
import { openLedger } from '../ledger/writer.ts';
import { createLogger } from '../observe/log.ts';
import { createMetrics } from '../observe/metrics.ts';
import { type ConfigChange, changeConfig, pathOf, undoConfig } from '../service/change-config.ts';
import { CONFIG_FILE } from './config-file.ts';
import { UsageError } from './failure.ts';

interface ConfigureOptions {
  readonly undo?: string | true;
  readonly reason: string;
  readonly actor: string;
  readonly config: string;
  readonly json?: boolean;
}

/** `postern configure KEY VALUE`: changes one key of the configuration, with a record in the ledger; `--undo` takes a change back. */
export function configureCommand(): Command {
  return new Command('configure')
    .description('change a key of the configuration; a running gate takes it over by itself')
    .argument('[key]', 'as errors name it: policy.default.quarantine, policy.domains["example.com"].tag')
    .argument('[value]', 'in YAML')
    .option('--undo [id]', 'bring back what a change replaced: of that id (`postern audit`), else the last')
    .option('--reason <words>', 'why, for the ledger', '')
    .option('--actor <name>', 'who does it', userInfo().username)
    .option('-c, --config <file>', 'configuration', CONFIG_FILE)
    .option('--json', 'the record of the ledger')
    .action(run);
}

async function run(
  key: string | undefined,
  value: string | undefined,
  options: ConfigureOptions,
): Promise<void> {
  const { config, file } = loadConfig(options.config, process.env);
  const { actor, reason } = options;
  const ledger = await openLedger(config.ledger, createMetrics(), createLogger(config.observe.log));
  try {
    const change: ConfigChange = { file, ledger, actor, reason, at: new Date() };
    const records =
      options.undo === undefined
        ? await changeConfig([{ path: pathFor(key), set: valueFor(value) }], change)
        : [await undoConfig(options.undo === true ? null : options.undo, config.ledger.directory, change)];
    if (records.length === 0) console.log('it has that value already');
    for (const record of records) console.log(options.json ? JSON.stringify(record) : sentence(record));
  } finally {
    await ledger.close();
  }
}

function pathFor(key: string | undefined) {
  const path = key === undefined ? null : pathOf(`config:${key}`);
  if (path === null) throw new UsageError('name a key: postern configure policy.default.quarantine 0.8');
  return path;
}

function valueFor(text: string | undefined): unknown {
  if (text === undefined) throw new UsageError('give a value, or --undo');
  return parse(text);
}

function sentence({ subject, before, after }: AuditRecord): string {
  const words = (text: string | null) => text ?? 'as by default';
  return `${subject}: ${words(before)} → ${words(after)}`;
}
