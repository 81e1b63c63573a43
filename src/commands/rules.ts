import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError } from 'commander';
import { parse } from 'yaml';
import { loadConfig } from '../config/load.ts';
import { type Config, configSchema } from '../config/schema.ts';
import { withRecordedEvidence } from '../detect/rules/recorded-evidence.ts';
import { testRules } from '../detect/rules/test-rules.ts';
import { inspect } from '../inspect.ts';
import { measureRules } from '../lab/rule-figures.ts';
import { readMailFile } from '../mail/files.ts';
import { openInstruments } from '../service/instruments.ts';
import { CONFIG_FILE } from './config-file.ts';
import { EXIT, UsageError } from './failure.ts';

/** Message cases of the shipped rules, beside the package's own tests. */
const CASES = fileURLToPath(new URL('../../test/cases/rules/', import.meta.url));

/** What the shipped rules did on the mail that they were measured on; part of docs/rules.md. */
export const FIGURES = fileURLToPath(new URL('../../models/rule-figures.json', import.meta.url));

/**
 * `postern rules test`: each rule on its own messages. Exit 1 where one does not do what it should.
 * `postern rules measure`: each rule on labelled mail.
 */
export function rulesCommand(): Command {
  const rules = new Command('rules').description('test and measure the rules');
  rules
    .command('test')
    .description('run each rule on its match and no-match messages')
    .option('-c, --config <file>', 'configuration', CONFIG_FILE)
    .option('--cases <folder>', 'folder of RULE/match-*.eml and RULE/no-match-*.eml', CASES)
    .option('--json', 'one JSON object a line')
    .action(runTests);
  rules
    .command('measure')
    .description('count what each rule does on labelled mail, without DNS and without memory')
    .option('--corpora <folder...>', 'folders of SOURCE/LABEL/*.eml (else the one of POSTERN_CORPORA)')
    .option('--manifest <file>', 'tab-separated file with columns path and category')
    .option('--sample <messages>', 'about so many, evenly from all', positiveInteger)
    .option('-c, --config <file>', 'configuration: its rules and lists', CONFIG_FILE)
    .option('-o, --out <file>', 'where the figures go', FIGURES)
    .action(runMeasure);
  return rules;
}

interface MeasureOptions {
  readonly corpora?: readonly string[];
  readonly manifest?: string;
  readonly sample?: number;
  readonly config: string;
  readonly out: string;
}

async function runMeasure({ manifest, sample, config, out, ...options }: MeasureOptions): Promise<void> {
  const corpora = options.corpora ?? [process.env.POSTERN_CORPORA ?? ''];
  if (corpora.includes(''))
    throw new UsageError('name the folder of the corpora: --corpora FOLDER, or POSTERN_CORPORA');
  const figures = await measureRules(
    { corpora, manifest: manifest ?? null, sample: sample ?? null, config },
    progress,
  );
  await writeFile(out, `${JSON.stringify(figures, null, 2)}\n`);
  const { real, invented } = figures;
  console.error(
    `${real.unwanted + real.ham} real and ${invented.unwanted + invented.ham} invented messages; written to ${out}`,
  );
}

const PROGRESS_EVERY = 1_000;

function progress(done: number, total: number): void {
  if (done % PROGRESS_EVERY === 0 || done === total) console.error(`${done} of ${total} messages judged`);
}

function positiveInteger(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1)
    throw new InvalidArgumentError('is not a whole number above 0');
  return number;
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
