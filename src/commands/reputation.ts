import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Command, InvalidArgumentError } from 'commander';
import { loadConfig } from '../config/load.ts';
import { describe } from '../ledger/reader.ts';
import { createMetrics } from '../observe/metrics.ts';
import { rebuild } from '../reputation/rebuild.ts';
import { CONFIG_FILE } from './config-file.ts';
import { EXIT } from './failure.ts';
import { Progress } from './progress.ts';
import { exported, importInto } from './reputation/exchange.ts';
import { forget } from './reputation/forget.ts';
import { withMemory } from './reputation/open-memory.ts';
import { look, RELATIONS_SHOWN, shownTable } from './reputation/show.ts';
import { soughtOf } from './reputation/sought.ts';

interface Options {
  readonly config: string;
  readonly json?: boolean;
  readonly limit: number;
}

/** `postern reputation`: look into the memory of senders, delete from it, move it, make it anew. */
export function reputationCommand(): Command {
  const reputation = new Command('reputation').description(
    'look into the memory of senders and correspondents',
  );
  const subcommand = (use: string, description: string, example: string) =>
    reputation
      .command(use)
      .description(description)
      .option('-c, --config <file>', 'configuration', CONFIG_FILE)
      .addHelpText('after', `\nExample:\n  postern reputation ${example}`);
  subcommand(
    'show <subject>',
    'what is remembered of a key, an address, a domain or a name',
    'show ada@example.org',
  )
    .option('--limit <number>', 'relations shown', wholeNumber, RELATIONS_SHOWN)
    .option('--json', 'as JSON')
    .action(show);
  subcommand(
    'forget <subject>',
    'delete a key, or all keys in which an address or name occurs, without asking; the ledger keeps its records',
    'forget ada@example.org',
  ).action(forgetSubject);
  subcommand(
    'export',
    'write all entries to standard output, one JSON object a line',
    'export > memory.ndjson',
  ).action(exportAll);
  subcommand(
    'import <file>',
    'add the entries of an export (.gz, too) to what is there',
    'import memory.ndjson',
  ).action(importFile);
  subcommand(
    'rebuild',
    'make the memory anew from the ledger; the gate must be stopped',
    'rebuild --config /etc/postern/postern.yaml',
  ).action(rebuildAll);
  return reputation;
}

async function show(subject: string, options: Options): Promise<void> {
  await withMemory(options.config, async (memory) => {
    const shown = await look(memory, soughtOf(subject, memory.hasher), options.limit, new Date());
    if (options.json) console.log(JSON.stringify({ subject, ...shown }));
    else if (shown.keys.length > 0) console.log(shownTable(shown));
    if (shown.keys.length === 0) nothing(subject);
  });
}

async function forgetSubject(subject: string, options: Options): Promise<void> {
  await withMemory(options.config, async ({ hasher, store }) => {
    const count = await forget(store, soughtOf(subject, hasher));
    if (count === 0) nothing(subject);
    else console.log(`${count} ${count === 1 ? 'entry' : 'entries'} forgotten`);
  });
}

function nothing(subject: string): void {
  console.error(`postern: nothing is remembered of ${JSON.stringify(subject)}`);
  process.exitCode = EXIT.negative;
}

async function exportAll(options: Options): Promise<void> {
  await withMemory(options.config, async (memory) => {
    try {
      await pipeline(Readable.from(exported(memory, new Date())), process.stdout, { end: false });
    } catch (error) {
      // Whoever reads may stop reading (`| head`).
      if (!(error instanceof Error && 'code' in error && error.code === 'EPIPE')) throw error;
    }
  });
}

async function importFile(file: string, options: Options): Promise<void> {
  const { converted, entries } = await withMemory(options.config, (memory) => importInto(memory, file), {
    make: true,
  });
  console.log(`${entries} entries added${converted ? ', converted to the half-lives of this memory' : ''}`);
}

async function rebuildAll(options: Options): Promise<void> {
  const { config } = loadConfig(options.config, process.env);
  const progress = new Progress('records folded');
  const { decisions, feedback, kept, notKept } = await rebuild(config, {
    metrics: createMetrics(),
    onRecord: (count) => progress.at(count),
    onBadLine: (bad) => console.error(`postern: ${describe(bad)}`),
  });
  progress.end();
  if (notKept !== null)
    console.error(
      `postern: whom we wrote to could not be taken over, learn it again with learn-outbound: ${notKept}`,
    );
  console.log(
    `${config.reputation.file}: made of ${decisions} decisions and ${feedback} feedbacks; ${kept} entries of whom we wrote to taken over`,
  );
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('a whole number from 1');
  return Number(text);
}
