import { Command } from 'commander';
import { loadConfig } from '../config/load.ts';
import { openLineage } from '../lab/lineage/open.ts';
import { lineagesNamed, renderLineage } from '../lab/lineage/tree.ts';
import { CONFIG_FILE } from './config-file.ts';

/** `postern lineage NAME`: what a part of the detector depends on, and what depends on it. */
export function lineageCommand(): Command {
  return new Command('lineage')
    .description('say what a feature, rule, fact or source depends on, and what depends on it')
    .argument(
      '<name>',
      'links_shorteners, links.shorteners, links, a rule or a predicate; kind:name where two share a name',
    )
    .option('-c, --config <file>', 'configuration', CONFIG_FILE)
    .option('--json', 'one JSON object a line')
    .action(lineage);
}

async function lineage(name: string, options: { config: string; json?: boolean }): Promise<void> {
  const { config } = loadConfig(options.config, process.env);
  for (const one of lineagesNamed(await openLineage(config), name))
    console.log(options.json ? JSON.stringify(one) : renderLineage(one));
}
