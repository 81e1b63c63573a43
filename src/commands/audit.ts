import { Command } from 'commander';
import { loadConfig } from '../config/load.ts';
import { fits, type TrailQuery } from '../console/trail/operations.ts';
import { quote } from '../detect/rules/quote.ts';
import { describe, readLedger } from '../ledger/reader.ts';
import type { AuditRecord } from '../ledger/record.ts';
import { CONFIG_FILE } from './config-file.ts';
import { table } from './table.ts';

/** `postern audit`: who changed what decides, when and why, oldest first. */
export function auditCommand(): Command {
  return new Command('audit')
    .description('list the changes by people: when, who, what, why')
    .option('-c, --config <file>', 'configuration', CONFIG_FILE)
    .option('--actor <part>', 'only what somebody did whose name has this in it')
    .option('--action <part>', 'only such actions: promote, user-add, release …')
    .option('--subject <part>', 'only what was changed there: rule:…, user:…, mail:…')
    .option('--json', 'one JSON object a line')
    .action(async (options: TrailQuery & { config: string; json?: boolean }) => {
      const { directory } = loadConfig(options.config, process.env).config.ledger;
      const onBadLine = (bad: Parameters<typeof describe>[0]) => console.error(`postern: ${describe(bad)}`);
      const all = await Array.fromAsync(readLedger(directory, { kind: 'audit', onBadLine }));
      const records = all.filter((record) => fits(options, record));
      if (options.json) for (const record of records) console.log(JSON.stringify(record));
      else if (records.length === 0) console.log('nothing was changed');
      else console.log(table(['AT', 'BY', 'ACTION', 'WHAT', 'BEFORE', 'AFTER', 'WHY'], records.map(rowOf)));
    });
}

function rowOf({ at, actor, action, subject, before, after, reason }: AuditRecord): string[] {
  return [at, quote(actor), action, subject, before ?? '-', after ?? '-', reason === '' ? '' : quote(reason)];
}
