import { userInfo } from 'node:os';
import { Argument, Command, Option } from 'commander';
import { loadConfig } from '../config/load.ts';
import { CATEGORIES, type VerdictCategory } from '../detect/category.ts';
import { UnknownDecision } from '../ledger/feedback.ts';
import { CONFIG_FILE } from './config-file.ts';
import { EXIT } from './failure.ts';
import { sayWhatItIs } from './feedback/say.ts';

interface FeedbackOptions {
  readonly config: string;
  readonly is: VerdictCategory;
  readonly actor: string;
  readonly json?: boolean;
}

/** `postern feedback ID --is CATEGORY`: what a decided message really was. Exit 1 for a decision that nobody knows. */
export function feedbackCommand(): Command {
  return new Command('feedback')
    .description('say what a decided message really is')
    .addArgument(new Argument('<id...>', 'ids of decisions, as in X-Postern-Verdict and in the log'))
    .addOption(
      new Option('--is <category>', 'what it is').choices([...CATEGORIES, 'none']).makeOptionMandatory(),
    )
    .option('--actor <name>', 'who says so', userInfo().username)
    .option('-c, --config <file>', 'configuration', CONFIG_FILE)
    .option('--json', 'one JSON object a line')
    .action(feedback);
}

async function feedback(ids: string[], options: FeedbackOptions): Promise<void> {
  const { config } = loadConfig(options.config, process.env);
  for (const id of ids) {
    try {
      const record = await sayWhatItIs(config, { id, is: options.is, actor: options.actor });
      console.log(
        options.json
          ? JSON.stringify(record)
          : `${id} was ${record.verdict} as ${record.category}, is ${record.is}`,
      );
    } catch (error) {
      if (!(error instanceof UnknownDecision)) throw error;
      console.error(`postern: ${error.message}`);
      process.exitCode = EXIT.negative;
    }
  }
}
