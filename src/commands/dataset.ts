import { Command } from 'commander';
import { buildDataset } from '../lab/dataset.ts';
import { CONFIG_FILE } from './config-file.ts';
import { EXIT, UsageError } from './failure.ts';

interface BuildOptions {
  readonly config: string;
  readonly corpora?: readonly string[];
  readonly manifest?: string;
  readonly out: string;
}

/** `postern dataset build`: exit 1 where a message could not be measured. */
export function datasetCommand(): Command {
  return new Command('dataset')
    .description('turn labelled mail into features for training')
    .addCommand(
      new Command('build')
        .description('measure SOURCE/LABEL/*.eml with the code that serves, without DNS and without memory')
        .option('--corpora <folder...>', 'folders of the corpora (else the one of POSTERN_CORPORA)')
        .option('--manifest <file>', 'tab-separated file with columns path and category')
        .option('-c, --config <file>', 'configuration: its lists are used', CONFIG_FILE)
        .requiredOption('--out <folder>', 'where the arrays go')
        .action(build),
    );
}

async function build(options: BuildOptions): Promise<void> {
  const corpora = options.corpora ?? [process.env.POSTERN_CORPORA ?? ''];
  if (corpora.includes(''))
    throw new UsageError('name the folder of the corpora: --corpora FOLDER, or POSTERN_CORPORA');
  const { config, out } = options;
  const summary = await buildDataset({ corpora, manifest: options.manifest ?? null, out, config }, progress);
  console.error(`${summary.messages} messages measured, ${summary.failed.length} failed; written to ${out}`);
  for (const { path, error } of summary.failed) console.error(`postern: ${path}: ${error}`);
  if (summary.failed.length > 0) process.exitCode = EXIT.negative;
}

const PROGRESS_EVERY = 1_000;

function progress(done: number, total: number): void {
  if (done % PROGRESS_EVERY === 0 || done === total) console.error(`${done} of ${total} messages measured`);
}
