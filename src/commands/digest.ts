import { Command } from 'commander';
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { composeLetter } from '../digest/compose.ts';
import { heldFor } from '../digest/gather.ts';
import { letterBytes } from '../digest/letter.ts';
import { type DigestParts, sendDigests } from '../digest/send.ts';
import { settingsOf } from '../digest/settings.ts';
import { createLogger } from '../observe/log.ts';
import { createMetrics } from '../observe/metrics.ts';
import { openQuarantine } from '../quarantine/disk.ts';
import { CONFIG_FILE } from './config-file.ts';
import { EXIT, UsageError } from './failure.ts';
import { table } from './table.ts';

interface Options {
  readonly config: string;
  readonly now?: boolean;
  readonly preview?: string;
  readonly json?: boolean;
}

/** `postern digest --now | --preview ADDRESS`: the daily letters to recipients, now; or one of them, to look at. */
export function digestCommand(): Command {
  return new Command('digest')
    .description('the daily letters to recipients about what is held for them')
    .option('-c, --config <file>', 'configuration', CONFIG_FILE)
    .option('--now', 'send them now to all who had none today')
    .option(
      '--preview <address>',
      'print the letter of one recipient; its links do not work, nothing is sent',
    )
    .option('--json', 'the result of --now as JSON')
    .action(run);
}

async function run(options: Options): Promise<void> {
  const { now = false, preview } = options;
  if (now === (preview !== undefined)) throw new UsageError('either --now or --preview ADDRESS');
  const { config } = loadConfig(options.config, process.env);
  settingsOf(config);
  const quarantine = await openQuarantine(config, createMetrics());
  const parts: DigestParts = {
    config: () => config,
    database: quarantine.database,
    quarantine,
    log: createLogger(config.observe.log),
    now: () => new Date(),
  };
  try {
    if (preview === undefined) await send(parts, options);
    else await show(parts, config, preview.toLowerCase());
  } finally {
    await quarantine.close();
  }
}

async function send(parts: DigestParts, { json }: Options): Promise<void> {
  const counts = await sendDigests(parts);
  console.log(
    json
      ? JSON.stringify(counts)
      : table(
          ['outcome', 'recipients'],
          Object.entries(counts).map(([outcome, count]) => [outcome, String(count)]),
        ),
  );
  if (counts.failed + counts.refused + counts.unknown > 0) process.exitCode = EXIT.negative;
}

/** Whatever is held for the recipient and not yet told; tokens are drawn for a letter that is sent, and for no other. */
async function show(parts: DigestParts, config: Config, recipient: string): Promise<void> {
  const own = await heldFor(parts.quarantine, recipient, new Date(0), parts.now());
  if (own.count === 0) {
    console.error(`postern: nothing is held for ${recipient}: there would be no letter`);
    process.exitCode = EXIT.negative;
    return;
  }
  const issue = async (grants: readonly unknown[]) => grants.map(() => 'preview');
  const letter = await composeLetter({ ...parts, config: () => config, issue }, recipient, own);
  process.stdout.write(await letterBytes(letter));
}
