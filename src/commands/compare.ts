import { Command, InvalidArgumentError } from 'commander';
import { loadConfig } from '../config/load.ts';
import { SCHEMA_HASH } from '../detect/features/schema.ts';
import { quote } from '../detect/rules/quote.ts';
import type { ArmFigures } from '../lab/compare/arm.ts';
import { type Comparison, compare, type Disagreement } from '../lab/compare/compare.ts';
import type { Interval } from '../lab/evaluate/interval.ts';
import { labelsOf } from '../lab/replay/labels.ts';
import { describe } from '../ledger/reader.ts';
import { createPolicy } from '../policy/policy.ts';
import { CONFIG_FILE } from './config-file.ts';
import { table } from './table.ts';

interface CompareCommandOptions {
  readonly config: string;
  readonly ledger?: string;
  readonly since?: Date;
  readonly until?: Date;
  readonly list: number;
  readonly json?: boolean;
}

/** `postern compare A B`: two models or variants over the ledger. */
export function compareCommand(): Command {
  return new Command('compare')
    .description('compare two models or variants over the ledger')
    .argument('<a>', 'name@version of a model, active, default, or rule:ID of a canary')
    .argument('<b>', 'the same')
    .option('-c, --config <file>', 'configuration', CONFIG_FILE)
    .option('--ledger <folder>', 'ledger; else that of the configuration')
    .option('--since <time>', 'decisions from then on (ISO 8601)', time)
    .option('--until <time>', 'decisions before then', time)
    .option('--list <number>', 'how many disagreements to list', count, 10)
    .option('--json', 'one JSON object')
    .addHelpText('after', '\nExample:\n  postern compare active postern-2@1.0.0 --since 2026-03-01')
    .action(run);
}

async function run(a: string, b: string, options: CompareCommandOptions): Promise<void> {
  const { config } = loadConfig(options.config, process.env);
  const ledger = options.ledger ?? config.ledger.directory;
  const comparison = await compare(a, b, {
    ledger,
    policy: createPolicy(config.policy, { featureSchema: SCHEMA_HASH }),
    labels: await labelsOf(ledger),
    since: options.since,
    until: options.until,
    list: options.list,
    onBadLine: (bad) => console.error(`postern: ${describe(bad)}`),
  });
  console.log(options.json ? JSON.stringify(comparison) : page(comparison));
}

function page(comparison: Comparison): string {
  const { a, b, both, agreement, correlation, disagreements } = comparison;
  const figures = table(['', a.name, b.name], rowsOf(a, b));
  const pairs =
    both === 0
      ? 'Each decided about mail of its own: the figures are of different messages.'
      : `Both on ${both} messages: the same verdict ${percent(agreement)}, correlation of scores ${correlation?.toFixed(3) ?? 'unknown'}.`;
  if (disagreements.length === 0) return `${figures}\n\n${pairs}`;
  const head = ['ID', 'A', 'B', 'IS', 'FROM', 'SUBJECT'];
  return `${figures}\n\n${pairs}\n\nLargest differences\n${table(head, disagreements.map(disagreementRow))}`;
}

function rowsOf(a: ArmFigures, b: ArmFigures): string[][] {
  const row = (title: string, cell: (arm: ArmFigures) => string) => [title, cell(a), cell(b)];
  return [
    row('messages', ({ messages }) => String(messages)),
    row('tagged, held, refused', ({ unwanted }) => percent(unwanted)),
    row('labelled', ({ labelled }) => String(labelled)),
    row('caught of unwanted', ({ caught }) => percent(caught)),
    row('wrongly of legitimate', ({ falsePositives }) => percent(falsePositives)),
    row('ms median / 95 %', ({ seconds }) =>
      seconds === null ? '-' : `${ms(seconds.median)} / ${ms(seconds.p95)}`,
    ),
  ];
}

function disagreementRow({ id, a, b, label, from, subject }: Disagreement): string[] {
  const shown = ({ score, verdict }: Disagreement['a']) => `${score.toFixed(3)} ${verdict}`;
  return [id, shown(a), shown(b), label ?? '-', quote(from), quote(subject)];
}

function percent(interval: Interval | null): string {
  if (interval === null) return '-';
  const of = (value: number) => (100 * value).toFixed(1);
  return `${of(interval.value)} % (${of(interval.low)} to ${of(interval.high)})`;
}

function ms(seconds: number): string {
  return (seconds * 1000).toFixed(2);
}

function time(text: string): Date {
  const at = new Date(text);
  if (Number.isNaN(at.getTime())) throw new InvalidArgumentError('is no time, such as 2026-03-01T12:00:00Z');
  return at;
}

function count(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 0)
    throw new InvalidArgumentError('is not a whole number from 0 on');
  return number;
}
