import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { ensure } from '../lab/python.ts';
import { qualityPage } from '../lab/quality/page.ts';
import { type QualityReport, readQuality } from '../lab/quality/report.ts';
import { table } from './table.ts';

interface QualityOptions {
  readonly out: string;
  readonly again?: boolean;
  readonly python?: string;
  readonly json?: boolean;
}

/** `postern quality DATASET`: duplicates, contradictory labels, leaks and balance, as a page. */
export function qualityCommand(): Command {
  return new Command('quality')
    .description('say what is wrong with a dataset before anything is learnt; write docs/data-quality.md')
    .argument('<dataset>', 'folder that `postern dataset build` wrote')
    .option('-o, --out <folder>', 'where the page goes', 'docs')
    .option('--again', 'count again even where the dataset has the result')
    .option('--python <file>', 'Python with models/train/requirements.txt (else that of .venv)')
    .option('--json', 'print the report as JSON')
    .action(run);
}

async function run(dataset: string, { out, again = false, python, json }: QualityOptions): Promise<void> {
  const step = {
    script: 'quality.py',
    result: 'quality.json',
    without: null,
    python: python ?? null,
  } as const;
  await ensure({ ...step, dataset, again });
  const report = await readQuality(dataset);
  await mkdir(out, { recursive: true });
  await writeFile(join(out, 'data-quality.md'), qualityPage(report));
  console.log(json ? JSON.stringify(report) : summary(report));
  console.error(`written: ${join(out, 'data-quality.md')}`);
}

function summary({ kept, duplicates, probes }: QualityReport): string {
  const { messages, exact, near, conflicts } = duplicates;
  const counts = `${messages} messages, ${exact} exact and ${near} near duplicates, ${conflicts} with contradictory labels, ${kept} left`;
  const rows = probes.map((probe) => [
    probe.among,
    `${Math.round(100 * probe.speakingFeatures)} %`,
    `${Math.round(100 * probe.chance)} %`,
    probe.givingAway[0]?.feature ?? '-',
  ]);
  return `${counts}\n${table(['among', 'collection told', 'by chance', 'most telling'], rows)}`;
}
