import { Command } from 'commander';
import { loadConfig } from '../config/load.ts';
import { openInstruments } from '../service/instruments.ts';
import { CONFIG_FILE } from './config-file.ts';

/** `postern check-config`: loads all that serve would (lists, rules, model), and says what is wrong. Exit 2 on a mistake. */
export function checkConfigCommand(): Command {
  return new Command('check-config')
    .description('say what is wrong with a configuration: keys, values, lists, rules, model')
    .option('-c, --config <file>', 'configuration', CONFIG_FILE)
    .option('--json', 'one JSON object')
    .action(async (options: { config: string; json?: boolean }) => {
      const { config, file } = loadConfig(options.config, process.env);
      const instruments = await openInstruments(config, { reputation: null, resolver: null });
      const found = {
        file,
        nextHop:
          config.gate.nextHop === null ? null : `${config.gate.nextHop.host}:${config.gate.nextHop.port}`,
        model: instruments.detectors.model?.id ?? null,
        rules: instruments.detectors.rules.rules.length,
      };
      await instruments.close();
      console.log(options.json ? JSON.stringify(found) : sentence(found));
    });
}

function sentence(found: {
  file: string;
  nextHop: string | null;
  model: string | null;
  rules: number;
}): string {
  const model = found.model === null ? 'no model' : `model ${found.model}`;
  const nextHop =
    found.nextHop === null ? 'no next hop yet: serve will not start' : `next hop ${found.nextHop}`;
  return `${found.file}: in order; ${model}, ${found.rules} rules, ${nextHop}`;
}
