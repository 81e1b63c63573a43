import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { type AblationReport, ablate } from '../lab/ablate/ablate.ts';
import { ablationPage } from '../lab/ablate/page.ts';
import { lossPlot } from '../lab/plots/losses.ts';
import { ensure } from '../lab/python.ts';
import { type LabOptions, withLabOptions } from './evaluate.ts';
import { table } from './table.ts';

/** `postern ablate DATASET`: what each group of evidence and each rule adds on held-out collections. */
export function ablateCommand(): Command {
  return withLabOptions(
    new Command('ablate')
      .description('say what each group of evidence and each rule adds; write docs/ablation.md')
      .argument('<dataset>', 'folder that `postern dataset build` wrote'),
  ).action(run);
}

async function run(dataset: string, options: LabOptions): Promise<void> {
  const { without, again = false } = options;
  const python = options.python ?? null;
  // Rules are taken away from the models of the evaluation; they are fitted anew only where they are not there.
  await ensure({ script: 'judge.py', result: 'folds/folds.json', dataset, without, again: false, python });
  await ensure({ script: 'ablate.py', result: 'ablation/ablation.json', dataset, without, again, python });
  const report = await ablate(dataset);
  await mkdir(join(options.out, 'plots'), { recursive: true });
  await writeFile(join(options.out, 'plots', 'ablation.svg'), plot(report));
  await writeFile(join(options.out, 'ablation.md'), ablationPage(report, 'plots'));
  console.log(options.json ? JSON.stringify(report) : summary(report));
  console.error(`written: ${join(options.out, 'ablation.md')} and its plot`);
}

function plot({ groups }: AblationReport): string {
  return lossPlot(
    'points of recall at 1 % false positives lost without the group',
    groups.map(({ what, recall }) => ({ name: what, points: 100 * recall })),
  );
}

function summary({ groups, recommendation }: AblationReport): string {
  const first = recommendation.prospects[0]?.group ?? 'nothing';
  const rows = groups.map(({ what, recall, auc }) => [what, (100 * recall).toFixed(2), auc.toFixed(4)]);
  return `${table(['without', 'points of recall lost', 'AUC lost'], rows)}\nadd first: ${first}`;
}
