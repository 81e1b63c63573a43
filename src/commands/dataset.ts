import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { loadConfig } from '../config/load.ts';
import { buildDataset } from '../lab/dataset.ts';
import { buildFromLedger } from '../lab/from-ledger/build.ts';
import { describe } from '../ledger/reader.ts';
import { CONFIG_FILE } from './config-file.ts';
import { EXIT, UsageError } from './failure.ts';

interface BuildOptions {
  readonly config: string;
  readonly corpora?: readonly string[];
  readonly manifest?: string;
  readonly fromLedger?: string | true;
  readonly mail?: readonly string[];
  readonly withWeak?: boolean;
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
        .option(
          '--from-ledger [folder]',
          'labelled decisions of a ledger (else that of the configuration) beside those of --corpora',
        )
        .option('--mail <folder...>', 'raw mail of decisions (else the quarantine and the cases)')
        .option('--with-weak', 'with weak feedback: releases of which nobody said a word')
        .option('-c, --config <file>', 'configuration: its lists are used', CONFIG_FILE)
        .requiredOption('--out <folder>', 'where the arrays go')
        .action(build),
    );
}

async function build(options: BuildOptions): Promise<void> {
  if (options.fromLedger !== undefined) return buildOfLedger(options.fromLedger, options);
  const corpora = options.corpora ?? [process.env.POSTERN_CORPORA ?? ''];
  if (corpora.includes(''))
    throw new UsageError('name the folder of the corpora: --corpora FOLDER, or POSTERN_CORPORA');
  const { config, out } = options;
  const summary = await buildDataset({ corpora, manifest: options.manifest ?? null, out, config }, progress);
  console.error(`${summary.messages} messages measured, ${summary.failed.length} failed; written to ${out}`);
  for (const { path, error } of summary.failed) console.error(`postern: ${path}: ${error}`);
  if (summary.failed.length > 0) process.exitCode = EXIT.negative;
}

async function buildOfLedger(folder: string | true, options: BuildOptions): Promise<void> {
  if (options.manifest !== undefined)
    throw new UsageError('--from-ledger takes its labels from feedback: leave out --manifest');
  const { config } = loadConfig(options.config, process.env);
  const { manifest, failed } = await buildFromLedger({
    ledger: folder === true ? config.ledger.directory : folder,
    mail:
      options.mail ?? [config.quarantine.directory, config.feedback.cases].filter((one) => existsSync(one)),
    out: options.out,
    corpora: options.corpora ?? [],
    config: options.config,
    weak: options.withWeak ?? false,
    onBadLine: (bad) => console.error(`postern: ${describe(bad)}`),
  });
  const { rows, features, leftOut, version } = manifest;
  console.error(
    `${rows.rows} labelled decisions (${rows.ham} wanted, ${rows.unwanted} unwanted), features of ${features.logged} as logged, of ${features.rebuilt} rebuilt`,
  );
  console.error(
    `left out: ${leftOut.withoutMail} without mail, ${leftOut.withoutDecision} without decision, ${leftOut.weak} weak, ${leftOut.failed} failed; version ${version} written to ${options.out}`,
  );
  for (const { path, error } of failed) console.error(`postern: ${path}: ${error}`);
  if (failed.length > 0) process.exitCode = EXIT.negative;
}

const PROGRESS_EVERY = 1_000;

function progress(done: number, total: number): void {
  if (done % PROGRESS_EVERY === 0 || done === total) console.error(`${done} of ${total} messages measured`);
}
