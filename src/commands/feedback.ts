import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { Argument, Command, Option } from 'commander';
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { CATEGORIES, type VerdictCategory } from '../detect/category.ts';
import type { Settled } from '../feedback/desk.ts';
import { retractFeedback, UnknownDecision, UnknownFeedback } from '../ledger/feedback.ts';
import { isMailId } from '../mail/id.ts';
import { CONFIG_FILE } from './config-file.ts';
import { EXIT, UsageError } from './failure.ts';
import { importFeedback } from './feedback/import.ts';
import { type OpenDesk, withDesk } from './feedback/open-desk.ts';

interface FeedbackOptions {
  readonly config: string;
  readonly is?: VerdictCategory;
  readonly undo?: string;
  readonly actor: string;
  readonly json?: boolean;
}

/**
 * `postern feedback ID|FILE --is CATEGORY`, `postern feedback --undo FEEDBACK_ID`, `postern feedback import FILE.csv`. Exit 1 for what
 * nobody knows.
 */
export function feedbackCommand(): Command {
  const command = new Command('feedback')
    .description('say what a decided message really is')
    .addArgument(
      new Argument('[id|file...]', 'ids of decisions, as in X-Postern-Verdict and in the log, or .eml files'),
    )
    .addOption(new Option('--is <category>', 'what it is').choices([...CATEGORIES, 'none']))
    .option('--undo <feedback-id>', 'take back what was said')
    .option('--actor <name>', 'who says so', userInfo().username)
    .option('-c, --config <file>', 'configuration', CONFIG_FILE)
    .option('--json', 'one JSON object a line')
    .action(feedback);
  command
    .command('import')
    .argument('<file>', 'CSV with a header: id or message_id, is, and where wanted actor, at')
    .description('take feedback from a CSV file')
    .option('--all-or-nothing', 'where one line is wrong, take none')
    .action((file: string, own: { readonly allOrNothing?: boolean }, subcommand: Command) => {
      const options = subcommand.optsWithGlobals<FeedbackOptions>();
      return importFeedback(file, { ...options, allOrNothing: own.allOrNothing === true });
    });
  return command;
}

async function feedback(whats: string[], options: FeedbackOptions): Promise<void> {
  const { is, undo } = options;
  if ((undo === undefined) === (is === undefined))
    throw new UsageError('say what it is with --is CATEGORY, or take it back with --undo FEEDBACK_ID');
  if (undo !== undefined && whats.length > 0) throw new UsageError('--undo takes the id of feedback alone');
  if (is !== undefined && whats.length === 0) throw new UsageError('whose feedback? Give an id or a file');
  const { config } = loadConfig(options.config, process.env);
  if (undo !== undefined) await takeBack(config, undo, options);
  else if (is !== undefined)
    await withDesk(config, async (open) => {
      for (const what of whats) await say(open, what, is, options);
    });
}

async function say(
  { desk }: OpenDesk,
  what: string,
  is: VerdictCategory,
  options: FeedbackOptions,
): Promise<void> {
  try {
    const about = !isMailId(what) && existsSync(what) ? { raw: await readFile(what) } : { id: what };
    print(
      what,
      await desk.take({ surface: 'cli', actor: options.actor, is, at: new Date(), about }),
      options,
    );
  } catch (error) {
    if (!(error instanceof UnknownDecision)) throw error;
    console.error(`postern: ${error.message}`);
    process.exitCode = EXIT.negative;
  }
}

function print(what: string, { case: one, feedback, repeated }: Settled, options: FeedbackOptions): void {
  if (feedback === null) process.exitCode = EXIT.negative;
  if (options.json)
    console.log(JSON.stringify({ ...feedback, caseId: one.caseId, state: one.state, repeated }));
  else if (feedback === null) console.log(`${what} is not in the ledger; case ${one.caseId}`);
  else
    console.log(
      `${feedback.id} was ${feedback.verdict} as ${feedback.category}, is ${feedback.is}` +
        `${repeated ? ' (said before)' : ''}; feedback ${feedback.feedbackId}, case ${one.caseId}`,
    );
}

async function takeBack(config: Config, feedbackId: string, options: FeedbackOptions): Promise<void> {
  await withDesk(config, async ({ parts }) => {
    try {
      const by = { actor: options.actor, at: new Date(), surface: 'cli' } as const;
      const { record, repeated } = await retractFeedback(feedbackId, by, parts);
      if (options.json) console.log(JSON.stringify({ ...record, repeated }));
      else
        console.log(
          `${feedbackId} is taken back${repeated ? ' already' : ''}: ${record.id} is not ${record.is}`,
        );
    } catch (error) {
      if (!(error instanceof UnknownFeedback)) throw error;
      console.error(`postern: ${error.message}`);
      process.exitCode = EXIT.negative;
    }
  });
}
