import { Command } from 'commander';
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import type { Trouble } from '../lab/checks/check.ts';
import { checkLedger } from '../lab/checks/check-ledger.ts';
import { Mistake } from '../mistake.ts';
import { CONFIG_FILE } from './config-file.ts';
import { printable } from './data-options.ts';
import { EXIT } from './failure.ts';

interface DoctorOptions {
  readonly config: string;
  readonly json?: boolean;
}

/** What the doctor looks at, once the configuration can be read. */
const EXAMINATIONS: readonly ((config: Config) => Promise<Trouble[]>)[] = [
  (config) => checkLedger({ ledger: config.ledger.directory, parquet: config.lab.data }),
];

/** `postern doctor`: what is wrong and what to do. Exit 1 where there is an error. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('say what is wrong with configuration and ledger, and what to do')
    .option('-c, --config <file>', 'configuration', CONFIG_FILE)
    .option('--json', 'one JSON object a finding')
    .action(run);
}

async function run(options: DoctorOptions): Promise<void> {
  const troubles = await examine(options.config);
  for (const trouble of troubles) console.log(options.json ? JSON.stringify(trouble) : text(trouble));
  if (troubles.length === 0 && !options.json) console.log('nothing found');
  if (troubles.some(({ severity }) => severity === 'error')) process.exitCode = EXIT.negative;
}

async function examine(file: string): Promise<Trouble[]> {
  const config = configOf(file);
  if ('check' in config) return [config];
  const troubles: Trouble[] = [];
  for (const examination of EXAMINATIONS) troubles.push(...(await examination(config)));
  return troubles;
}

function configOf(file: string): Config | Trouble {
  try {
    return loadConfig(file, process.env).config;
  } catch (error) {
    if (!(error instanceof Mistake)) throw error;
    return {
      check: 'configuration',
      severity: 'error',
      what: error.message,
      todo: 'put it right; `postern check-config` tells when it is',
    };
  }
}

function text({ check, severity, what, todo }: Trouble): string {
  return `${severity}  ${check}: ${printable(what)}\n  → ${printable(todo)}`;
}
