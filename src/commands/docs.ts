import { writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { loadConfig } from '../config/load.ts';
import { featuresMarkdown } from '../detect/features/document.ts';
import { rulesMarkdown } from '../detect/rules/document.ts';
import { readFigures } from '../detect/rules/figures.ts';
import { loadRules } from '../detect/rules/load.ts';
import { CONFIG_FILE } from './config-file.ts';
import { FIGURES } from './rules.ts';

/** `postern docs`: writes the generated pages. Tests compare them with the code. */
export function docsCommand(): Command {
  return new Command('docs')
    .description('write the pages that are generated from code')
    .option('-c, --config <file>', 'configuration', CONFIG_FILE)
    .option('-o, --out <folder>', 'where they go', 'docs')
    .action(async (options: { config: string; out: string }) => {
      const { config } = loadConfig(options.config, process.env);
      const rules = loadRules(config.detect.rules, { onFailure: config.failures.rules });
      await writeFile(`${options.out}/features.md`, featuresMarkdown());
      await writeFile(`${options.out}/rules.md`, rulesMarkdown(rules, readFigures(FIGURES)));
      console.log(`${options.out}/features.md, ${options.out}/rules.md`);
    });
}
