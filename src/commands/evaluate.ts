import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { loadConfig } from '../config/load.ts';
import { type EvaluationReport, evaluate } from '../lab/evaluate/evaluate.ts';
import { evaluationPage } from '../lab/evaluate/page.ts';
import { evaluationPlots } from '../lab/evaluate/plots.ts';
import type { Thresholds } from '../lab/evaluate/slices.ts';
import { ensure } from '../lab/python.ts';
import { CONFIG_FILE } from './config-file.ts';
import { table } from './table.ts';

/** Options of the commands that ask Python for a part. */
export interface LabOptions {
  readonly out: string;
  readonly without: readonly string[];
  readonly again?: boolean;
  readonly python?: string;
  readonly json?: boolean;
}

/** `postern evaluate DATASET`: figures out of fold, with rules, as a page with plots. */
export function evaluateCommand(): Command {
  return withLabOptions(
    new Command('evaluate')
      .description('measure the whole detector on mail that its models never saw; write docs/evaluation.md')
      .argument('<dataset>', 'folder that `postern dataset build` wrote')
      .option('-c, --config <file>', 'configuration: its thresholds are tried', CONFIG_FILE),
  ).action(run);
}

export function withLabOptions(command: Command): Command {
  const collect = (value: string, before: string[]) => [...before, value];
  return command
    .option('-o, --out <folder>', 'where the page and plots/ go', 'docs')
    .option(
      '--without <source>',
      'learn nothing from a source, or from `non-commercial`, as the shipped model; can be repeated',
      collect,
      [],
    )
    .option('--again', 'fit the models again even where the dataset has their results')
    .option('--python <file>', 'Python with models/train/requirements.txt (else that of .venv)')
    .option('--json', 'print all figures as JSON');
}

async function run(dataset: string, options: LabOptions & { readonly config: string }): Promise<void> {
  await ensure({
    script: 'judge.py',
    result: 'folds/folds.json',
    dataset,
    without: options.without,
    again: options.again === true,
    python: options.python ?? null,
  });
  const { report, curves } = await evaluate({ dataset, thresholds: thresholdsOf(options.config) });
  await mkdir(join(options.out, 'plots'), { recursive: true });
  for (const [name, svg] of Object.entries(evaluationPlots(report, curves))) {
    await writeFile(join(options.out, 'plots', name), svg);
  }
  await writeFile(join(options.out, 'evaluation.md'), evaluationPage(report, 'plots'));
  console.log(options.json ? JSON.stringify(report) : summary(report));
  console.error(`written: ${join(options.out, 'evaluation.md')} and plots`);
}

function thresholdsOf(path: string): Thresholds {
  const { tag, quarantine } = loadConfig(path, process.env).config.policy.default;
  return { tag, quarantine };
}

function summary({ folds }: EvaluationReport): string {
  return table(
    ['held out', 'legitimate', 'unwanted', 'AUC', 'recall at 1 %', 'at 0.5 %', 'at 0.1 %'],
    folds.map(({ name, whole }) => [
      name,
      String(whole.ham),
      String(whole.unwanted),
      whole.auc.value.toFixed(4),
      ...whole.recall.map((recall) => (recall === null ? '-' : `${(100 * recall.value).toFixed(1)} %`)),
    ]),
  );
}
