import { userInfo } from 'node:os';
import { Command, InvalidArgumentError } from 'commander';
import { loadConfig } from '../config/load.ts';
import { parseStatus, type Status, StatusMistake } from '../detect/experiments/status.ts';
import type { AuditRecord } from '../ledger/record.ts';
import { changeStatus } from '../service/change-status.ts';
import { CONFIG_FILE } from './config-file.ts';

interface PromoteOptions {
  readonly to: Status;
  readonly reason: string;
  readonly actor: string;
  readonly config: string;
  readonly json?: boolean;
}

/** `postern promote NAME --to active|shadow|off|canary:5%`: another status for a rule or a model, in a running gate, too. */
export function promoteCommand(): Command {
  return new Command('promote')
    .description('give a rule or a model another status; a running gate takes it over by itself')
    .argument('<name>', 'id of a rule, or name or name@version of a model')
    .requiredOption('--to <status>', 'active, shadow, off or canary:N%', status)
    .option('--reason <words>', 'why, for the ledger', '')
    .option('--actor <name>', 'who does it', userInfo().username)
    .option('-c, --config <file>', 'configuration', CONFIG_FILE)
    .option('--json', 'the record of the ledger')
    .action(async (name: string, { to, reason, actor, config, json }: PromoteOptions) => {
      const loaded = loadConfig(config, process.env).config;
      const record = await changeStatus(loaded, name, to, { actor, reason, action: 'promote' });
      console.log(json ? JSON.stringify(record) : sentence(record));
    });
}

/** `rule:x: shadow → active`. */
export function sentence({ subject, before, after }: AuditRecord): string {
  const words = (text: string | null) => text ?? 'as configured';
  return `${subject}: ${words(before)} → ${words(after)}`;
}

function status(text: string): Status {
  try {
    return parseStatus(text);
  } catch (error) {
    if (error instanceof StatusMistake) throw new InvalidArgumentError(error.message);
    throw error;
  }
}
