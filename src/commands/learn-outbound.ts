import { Command, InvalidArgumentError } from 'commander';
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { ownMailOf } from '../gate/outbound.ts';
import { createMetrics } from '../observe/metrics.ts';
import { openReputation } from '../reputation/open.ts';
import { lessonOf, NO_LESSON } from '../reputation/outbound.ts';
import type { Observation } from '../reputation/reputation.ts';
import { CONFIG_FILE } from './config-file.ts';
import { EXIT, UsageError } from './failure.ts';
import { foundIn } from './learn-outbound/sources.ts';
import { Progress } from './progress.ts';

/** Each lesson has a hundred keys at most: far fewer wait than the memory takes. */
const LESSONS_PER_FLUSH = 500;

interface Options {
  readonly config: string;
  readonly since?: Date;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** `postern learn-outbound`: whom we have written to so far. Exit 1 where there was nothing to learn. */
export function learnOutboundCommand(): Command {
  return new Command('learn-outbound')
    .description(
      'learn from Postfix logs (.gz, too), mbox files and folders of .eml files whom we have written to; ' +
        'what is given twice counts twice: give --since the next time',
    )
    .argument('<path...>', 'logs, mbox files, .eml files, folders; the files of one log oldest first')
    .option('-c, --config <file>', 'configuration', CONFIG_FILE)
    .option('--since <date>', 'only mail from then on, as 2026-03-01 or 2026-03-01T12:00:00Z', moment)
    .option('--dry-run', 'count, and learn nothing')
    .option('--json', 'the counts as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  postern learn-outbound /var/log/mail.log.1 /var/log/mail.log --dry-run',
    )
    .action(learnOutbound);
}

const KINDS = ['messages', 'pairs', ...NO_LESSON, 'undated', 'beforeSince'] as const;
type Counts = Record<(typeof KINDS)[number], number>;

const WORDS: Readonly<Record<keyof Counts, string>> = {
  messages: 'messages learned from',
  pairs: 'pairs of us and somebody outside',
  notOurs: 'not from identity.ownDomains, or not by a client of ours',
  automatic: 'automatic answers, reports and mailings',
  manyRecipients: 'to too many recipients',
  internal: 'to ourselves alone',
  undated: 'without a date, or from the future',
  beforeSince: 'before --since',
};

async function learnOutbound(paths: string[], options: Options): Promise<void> {
  const { config } = loadConfig(options.config, process.env);
  if (config.identity.ownDomains.length === 0) {
    throw new UsageError(
      'identity.ownDomains is not set: name your own domains there, only their mail is learned from',
    );
  }
  const memory = options.dryRun ? null : openMemory(config);
  try {
    const counts = await learn(paths, config, memory, options);
    tell(counts, options);
    if (counts.messages === 0) process.exitCode = EXIT.negative;
  } finally {
    await memory?.close();
  }
}

function openMemory(config: Config) {
  // What cannot be written stays, and the next flush throws it.
  return openReputation(config.reputation, createMetrics(), () => undefined, config.privacy);
}

async function learn(
  paths: readonly string[],
  config: Config,
  memory: { observe(observation: Observation): void; flush(): Promise<void> } | null,
  { since }: Options,
): Promise<Counts> {
  const own = ownMailOf(config.identity);
  const counts = Object.fromEntries(KINDS.map((kind) => [kind, 0])) as Counts;
  const progress = new Progress('messages read');
  let read = 0;
  for await (const found of foundIn(paths, { clients: config.outbound.clients, now: new Date() })) {
    progress.at(++read);
    if (found === 'undated') {
      counts.undated += 1;
      continue;
    }
    if (since !== undefined && found.at < since) {
      counts.beforeSince += 1;
      continue;
    }
    const lesson = lessonOf(found, own);
    if (lesson.kind === 'nothing') {
      counts[lesson.why] += 1;
      continue;
    }
    counts.messages += 1;
    counts.pairs += lesson.pairs;
    memory?.observe(lesson.observation);
    if (counts.messages % LESSONS_PER_FLUSH === 0) await memory?.flush();
  }
  progress.end();
  await memory?.flush();
  return counts;
}

function tell(counts: Counts, { dryRun, json }: Options): void {
  if (json) {
    console.log(JSON.stringify({ ...counts, learned: dryRun !== true }));
    return;
  }
  for (const kind of KINDS) {
    if (counts[kind] > 0 || kind === 'messages')
      console.log(`${String(counts[kind]).padStart(9)} ${WORDS[kind]}`);
  }
  if (dryRun) console.log('Nothing was learned: --dry-run.');
  else if (counts.messages > 0)
    console.log('The same mail again would count twice: give --since the next time.');
}

function moment(text: string): Date {
  const date = /^\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d)?)?$/.test(text) ? new Date(text) : null;
  if (date === null || Number.isNaN(date.getTime())) throw new InvalidArgumentError('a date, as 2026-03-01');
  return date;
}
