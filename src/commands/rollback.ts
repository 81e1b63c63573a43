import { userInfo } from 'node:os';
import { Command } from 'commander';
import { loadConfig } from '../config/load.ts';
import { rollBack } from '../service/change-status.ts';
import { CONFIG_FILE } from './config-file.ts';
import { sentence } from './promote.ts';

interface RollbackOptions {
  readonly reason: string;
  readonly actor: string;
  readonly config: string;
  readonly json?: boolean;
}

/** `postern rollback [NAME]`: the status of before the last change; of that name, or of all. */
export function rollbackCommand(): Command {
  return new Command('rollback')
    .description('take the last change of a status back; a running gate takes it over by itself')
    .argument('[name]', 'id of a rule, or name or name@version of a model; else the last change of all')
    .option('--reason <words>', 'why, for the ledger', '')
    .option('--actor <name>', 'who does it', userInfo().username)
    .option('-c, --config <file>', 'configuration', CONFIG_FILE)
    .option('--json', 'the record of the ledger')
    .action(async (name: string | undefined, { reason, actor, config, json }: RollbackOptions) => {
      const loaded = loadConfig(config, process.env).config;
      const record = await rollBack(loaded, name ?? null, { actor, reason, action: 'rollback' });
      console.log(json ? JSON.stringify(record) : sentence(record));
    });
}
