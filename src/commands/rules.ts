import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { parse } from 'yaml';
import { loadConfig } from '../config/load.ts';
import { type Config, configSchema } from '../config/schema.ts';
import { withRecordedEvidence } from '../detect/rules/recorded-evidence.ts';
import { testRules } from '../detect/rules/test-rules.ts';
import { inspect } from '../inspect.ts';
import { readMailFile } from '../mail/files.ts';
import { openInstruments } from '../service/instruments.ts';
import { CONFIG_FILE } from './config-file.ts';
import { EXIT } from './failure.ts';

/** Message cases of the shipped rules, beside the package's own tests. */
const CASES = fileURLToPath(new URL('../../test/cases/rules/', import.meta.url));

/** `postern rules test`: each rule on its own messages. Exit 1 where one does not do what it should. */
export function rulesCommand(): Command {
  const rules = new Command('rules').description('test the rules on their own messages');
  rules
    .command('test')
    .description('run each rule on its match and no-match messages')
    .option('-c, --config <file>', 'configuration', CONFIG_FILE)
    .option('--cases <folder>', 'folder of RULE/match-*.eml and RULE/no-match-*.eml', CASES)
    .option('--json', 'one JSON object a line')
    .action(runTests);
  return rules;
}

async function runTests(options: { config: string; cases: string; json?: boolean }): Promise<void> {
  const { config } = loadConfig(options.config, process.env);
  const instruments = await openInstruments(
    {
      ...config,
      // Rules are tested alone: what a model thinks of their messages is not the question.
      detect: { ...config.detect, model: null },
      identity: identityOf(options.cases, config.identity),
    },
    { reputation: null, resolver: null },
  );
  const results = await testRules(instruments.detectors.rules, options.cases, async (path) => {
    const { mail } = await readMailFile(path);
    const sources = await withRecordedEvidence(instruments.sources, path);
    return (await inspect(mail, { ...instruments, sources })).assessment;
  });
  await instruments.close();
  for (const result of results) {
    if (options.json) console.log(JSON.stringify(result));
    else
      console.log(`${result.passed ? 'ok    ' : 'FAILED'} ${result.rule} ${result.test}  ${result.detail}`);
  }
  const failed = results.filter(({ passed }) => !passed).length;
  if (!options.json) console.log(`${results.length - failed} passed, ${failed} failed`);
  if (failed > 0) process.exitCode = EXIT.negative;
}

/** Who the recipients of the messages are: `identity.yaml` and `people.csv` beside them, else those of the configuration. */
function identityOf(cases: string, identity: Config['identity']): Config['identity'] {
  const people = join(cases, 'people.csv');
  const domains = join(cases, 'identity.yaml');
  return {
    ...(existsSync(domains)
      ? configSchema.shape.identity.parse({ ...identity, ...parse(readFileSync(domains, 'utf8')) })
      : identity),
    ...(existsSync(people) ? { people } : {}),
  };
}
