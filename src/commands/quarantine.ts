import { userInfo } from 'node:os';
import { Command, InvalidArgumentError } from 'commander';
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { quote } from '../detect/rules/quote.ts';
import { createMetrics } from '../observe/metrics.ts';
import { deleteHeld, releaseAndSay } from '../quarantine/actions/act-on-held.ts';
import { openQuarantine } from '../quarantine/disk.ts';
import type { Held, HeldQuery, Quarantine } from '../quarantine/quarantine.ts';
import { WHOLE } from '../quarantine/scope.ts';
import { CONFIG_FILE } from './config-file.ts';
import { EXIT } from './failure.ts';
import { acting } from './quarantine/acting.ts';
import { table } from './table.ts';

interface Common {
  readonly config: string;
  readonly json?: boolean;
}

interface ListOptions extends Common {
  readonly all?: boolean;
  readonly recipient?: string;
  readonly search?: string;
  readonly category?: string;
  readonly since?: Date;
  readonly limit: number;
}

interface Chosen extends Common {
  readonly recipient?: readonly string[];
  readonly reason?: string;
}

/** Of one question. */
const PAGE = 200;

/** `postern quarantine list | show | release | delete`. */
export function quarantineCommand(): Command {
  const quarantine = new Command('quarantine').description('list, show, release and delete held messages');
  const withCommon = (command: Command): Command =>
    command
      .option('-c, --config <file>', 'configuration', CONFIG_FILE)
      .option('--json', 'JSON, one object a line');
  withCommon(quarantine.command('list').description('held messages, the newest first'))
    .option('--all', 'released, deleted and expired ones, too')
    .option('--recipient <address>', 'only what was held for this recipient')
    .option(
      '--search <words>',
      'only with these words, or words that begin so, in subject, senders, recipients or reasons',
    )
    .option('--category <name>', 'only of this category')
    .option('--since <date>', 'only what was held from then on', moment)
    .option('--limit <n>', 'at most so many', wholeNumber, 100)
    .action((options: ListOptions) => list(options));
  withCommon(quarantine.command('show').argument('<id>').description('one held message'))
    .option('--raw', 'its bytes, as they came')
    .action((id: string, options: Common & { raw?: boolean }) => show(id, options));
  withCommon(
    quarantine
      .command('release')
      .argument('<id...>')
      .description('send held messages to the next hop, once each'),
  )
    .option('--wrong', 'and say that holding them was wrong')
    .option('--recipient <address...>', 'for these recipients alone')
    .option('--reason <text>', 'why, for the audit trail')
    .action((ids: string[], options: Chosen & { wrong?: boolean }) => release(ids, options));
  withCommon(quarantine.command('delete').argument('<id...>').description('delete held messages for good'))
    .option('--recipient <address...>', 'for these recipients alone')
    .option('--reason <text>', 'why, for the audit trail')
    .action((ids: string[], options: Chosen) => remove(ids, options));
  return quarantine;
}

async function list(options: ListOptions): Promise<void> {
  await withQuarantine(options, async (quarantine) => {
    const held = await found(quarantine, queryOf(options), options.limit);
    if (options.json) for (const one of held) console.log(JSON.stringify(one));
    else if (held.length === 0) console.log('nothing is held');
    else
      console.log(table(['id', 'held at', 'state', 'category', 'score', 'from', 'subject'], held.map(cells)));
  });
}

function queryOf({ all, recipient, search, category, since }: ListOptions): HeldQuery {
  return {
    scope: WHOLE,
    ...(all ? {} : { states: ['held' as const] }),
    ...(recipient === undefined ? {} : { recipient }),
    ...(search === undefined ? {} : { text: search }),
    ...(category === undefined ? {} : { category }),
    ...(since === undefined ? {} : { since }),
  };
}

async function found(quarantine: Quarantine, query: HeldQuery, limit: number): Promise<Held[]> {
  const held: Held[] = [];
  for (let cursor: string | null | undefined; cursor !== null && held.length < limit; ) {
    const at = cursor === undefined ? {} : { cursor };
    const page = await quarantine.find({ ...query, ...at, limit: Math.min(PAGE, limit - held.length) });
    held.push(...page.rows);
    cursor = page.next;
  }
  return held;
}

function chosen({ recipient }: Chosen): { recipients?: readonly string[] } {
  return recipient === undefined ? {} : { recipients: recipient };
}

function moment(text: string): Date {
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) throw new InvalidArgumentError('is no date');
  return date;
}

function cells(held: Held): string[] {
  return [
    held.id,
    held.heldAt.toISOString().slice(0, 19),
    held.state,
    held.category,
    held.score.toFixed(3),
    quote(held.from),
    quote(held.subject),
  ];
}

async function show(id: string, options: Common & { raw?: boolean }): Promise<void> {
  await withQuarantine(options, async (quarantine) => {
    const held = await quarantine.get(id);
    if (held === null) return unknown(id);
    if (options.raw) {
      for await (const chunk of (await quarantine.content(id)).stream()) process.stdout.write(chunk);
    } else if (options.json) console.log(JSON.stringify(held));
    else console.log(lines(held).join('\n'));
  });
}

function lines(held: Held): string[] {
  return [
    `Message     ${held.id}`,
    `Held        ${held.heldAt.toISOString()}, now ${held.state}${held.note === null ? '' : ` (${held.note})`}`,
    `From        ${quote(held.from)}, envelope ${quote(held.envelope.mailFrom ?? '')}`,
    `Recipients  ${held.recipients.map((recipient) => quote(recipient)).join(', ')}`,
    `Subject     ${quote(held.subject)}`,
    `Category    ${held.category}, score ${held.score.toFixed(3)}, ${held.sizeBytes} bytes`,
    ...held.reasons.map((reason) => `            - ${reason}`),
  ];
}

async function release(ids: readonly string[], options: Chosen & { wrong?: boolean }): Promise<void> {
  await withQuarantine(options, async (quarantine, config) => {
    await each(quarantine, ids, async (held) => {
      const wrong = options.wrong === true;
      const by = { ...asWhom(options), wrong };
      const reply = await acting(quarantine, config, { says: true }, (parts) =>
        releaseAndSay(parts, held, by),
      );
      const { id } = held;
      console.log(options.json ? JSON.stringify({ id, released: true, reply }) : `${id} released: ${reply}`);
    });
  });
}

async function remove(ids: readonly string[], options: Chosen): Promise<void> {
  await withQuarantine(options, async (quarantine, config) => {
    await each(quarantine, ids, async (held) => {
      await acting(quarantine, config, { says: false }, (parts) => deleteHeld(parts, held, asWhom(options)));
      console.log(options.json ? JSON.stringify({ id: held.id, deleted: true }) : `${held.id} deleted`);
    });
  });
}

function asWhom(options: Chosen) {
  const { reason = '' } = options;
  return { scope: WHOLE, by: userInfo().username, reason, ...chosen(options) };
}

async function each(
  quarantine: Quarantine,
  ids: readonly string[],
  work: (held: Held) => Promise<void>,
): Promise<void> {
  for (const id of ids) {
    const held = await quarantine.get(id);
    if (held === null) unknown(id);
    else await attempt(id, () => work(held));
  }
}

/** One message that cannot be released or deleted is a negative answer, and the others go on. */
async function attempt(id: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    console.error(`postern: ${id}: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = EXIT.negative;
  }
}

function unknown(id: string): void {
  console.error(`postern: ${quote(id)}: no such message in the quarantine`);
  process.exitCode = EXIT.negative;
}

async function withQuarantine(
  options: Common,
  work: (quarantine: Quarantine, config: Config) => Promise<void>,
): Promise<void> {
  const { config } = loadConfig(options.config, process.env);
  const quarantine = await openQuarantine(config, createMetrics());
  try {
    await work(quarantine, config);
  } finally {
    await quarantine.close();
  }
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1)
    throw new InvalidArgumentError('is no whole number from 1');
  return number;
}
