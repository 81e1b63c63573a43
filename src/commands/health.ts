import { existsSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import { loadConfig } from '../config/load.ts';
import { DEFAULT_HOURS, type Health, healthOf } from '../lab/health/health.ts';
import { alarmWords, driftWords } from '../lab/health/words.ts';
import { openLineage } from '../lab/lineage/open.ts';
import { sourcesOf } from '../lab/lineage/tree.ts';
import { percentCell } from '../lab/markdown.ts';
import { describe } from '../ledger/reader.ts';
import { CONFIG_FILE } from './config-file.ts';
import { EXIT } from './failure.ts';
import { table } from './table.ts';

interface HealthFlags {
  readonly config: string;
  readonly since?: Date;
  readonly until?: Date;
  readonly json?: boolean;
}

/** `postern health`: exit 1 where a detector changed suddenly. */
export function healthCommand(): Command {
  return new Command('health')
    .description(
      'say which detectors changed suddenly, how often each is right, and how far mail has drifted',
    )
    .option('--since <time>', `ISO 8601; else ${DEFAULT_HOURS} hours before --until`, date)
    .option('--until <time>', 'ISO 8601; else now', date)
    .option('-c, --config <file>', 'configuration', CONFIG_FILE)
    .option('--json', 'one JSON object')
    .action(health);
}

function date(text: string): Date {
  const value = new Date(text);
  if (Number.isNaN(value.getTime())) throw new InvalidArgumentError('is no ISO 8601 time');
  return value;
}

async function health(options: HealthFlags): Promise<void> {
  const { config } = loadConfig(options.config, process.env);
  const until = options.until ?? new Date();
  const since = options.since ?? new Date(until.getTime() - DEFAULT_HOURS * 3_600_000);
  if (since >= until) throw new InvalidArgumentError('--since is not before --until');
  const report = await healthOf({
    since,
    until,
    ledger: config.ledger.directory,
    ...(existsSync(config.lab.data) ? { parquet: config.lab.data } : {}),
    onBadLine: (bad) => console.error(`postern: ${describe(bad)}`),
  });
  const graph = await openLineage(config);
  const words = report.alarms.map((alarm) => alarmWords(alarm, (detector) => sourcesOf(graph, detector)));
  if (options.json)
    console.log(
      JSON.stringify({ ...report, alarms: report.alarms.map((alarm, i) => ({ ...alarm, words: words[i] })) }),
    );
  else console.log(render(report, words));
  if (report.alarms.length > 0) process.exitCode = EXIT.negative;
}

function render(report: Health, words: readonly string[]): string {
  const { messages, compared, unknown, precision, drift } = report;
  const head = `${messages} messages, ${compared} detectors compared with their past, ${unknown} with too little of it`;
  const rules = precision.map((one) => [one.detector, String(one.reports), percentCell(one.precision)]);
  const groups = (drift?.groups ?? []).map(({ group, index, feature }) => [group, index.toFixed(3), feature]);
  return [
    head,
    ...(words.length === 0 ? ['no sudden change'] : words.map((one) => `ALARM ${one}`)),
    ...(rules.length === 0 ? [] : ['', table(['rule', 'reports', 'precision by feedback'], rules)]),
    '',
    driftWords(report),
    ...(groups.length === 0 ? [] : [table(['group', 'PSI', 'most in'], groups)]),
  ].join('\n');
}
