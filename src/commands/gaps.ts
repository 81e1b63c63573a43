import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { loadConfig } from '../config/load.ts';
import { judgeFiles } from '../lab/gaps/collect-files.ts';
import { collectFromFolders, type FolderScope } from '../lab/gaps/collect-folders.ts';
import { type Collected, collectFromLedger } from '../lab/gaps/collect-ledger.ts';
import { findGaps, type GapsReport } from '../lab/gaps/gaps.ts';
import { gapsPage } from '../lab/gaps/page.ts';
import { gapPlots } from '../lab/gaps/plots.ts';
import { describe } from '../ledger/reader.ts';
import { type OpenInstruments, openInstruments } from '../service/instruments.ts';
import { CONFIG_FILE } from './config-file.ts';
import { EXIT, UsageError } from './failure.ts';
import { table } from './table.ts';

/** What a person reported in a month; more are sampled. */
const MOST_GAPS = 2_000;
/** Each is judged by some hundred conditions a group: with more it takes minutes. A precision of 99.5 % can be told from one of 99 %. */
const MOST_BACKGROUND = 2_000;
/** Judged on one thread: some ten seconds. */
const MOST_CORPORA = 500;

interface GapsOptions {
  readonly config: string;
  readonly ledger?: string;
  readonly since?: Date;
  readonly until?: Date;
  readonly mail: readonly string[];
  readonly misses?: string;
  readonly falsePositives?: string;
  readonly background?: string;
  readonly corpora?: string;
  readonly most: number;
  readonly mostBackground: number;
  readonly sample: number;
  readonly out: string;
  readonly python?: string;
  readonly json?: boolean;
}

/** `postern gaps`: what was judged wrong, in groups, why, and what would mend it. Exit 1 where there is nothing. */
export function gapsCommand(): Command {
  const collect = (value: string, before: string[]) => [...before, value];
  return new Command('gaps')
    .description('group what was missed or wrongly held, say why, propose rules; write gaps.md')
    .option('-c, --config <file>', 'configuration: its detectors and ledger', CONFIG_FILE)
    .option('--ledger <folder>', 'another ledger than that of the configuration')
    .option('--since <time>', 'decisions from then on', moment)
    .option('--until <time>', 'decisions before', moment)
    .option(
      '--mail <folder>',
      'raw mail as ID.eml, beside feedback.cases and the quarantine; can be repeated',
      collect,
      [],
    )
    .option('--misses <folder>', 'unwanted mail, judged now; those that are let through are misses')
    .option('--false-positives <folder>', 'wanted mail, judged now; those that are held are false positives')
    .option('--background <folder>', 'other mail, judged now, instead of the ledger')
    .option('--corpora <folder>', 'SOURCE/LABEL/*.eml: proposals are tried on a sample of it')
    .option('--most <messages>', 'at most so many misses and false positives', positive, MOST_GAPS)
    .option('--most-background <messages>', 'at most so many others', positive, MOST_BACKGROUND)
    .option('--sample <messages>', 'of the corpora, evenly', positive, MOST_CORPORA)
    .option('-o, --out <folder>', 'where the page and plots/ go', 'var/gaps')
    .option('--python <file>', 'Python with models/train/requirements.txt (else that of .venv)')
    .option('--json', 'print the report as JSON')
    .action(run);
}

async function run(options: GapsOptions): Promise<void> {
  for (const folder of [
    options.misses,
    options.falsePositives,
    options.background,
    options.corpora,
    options.ledger,
  ])
    if (folder !== undefined && !existsSync(folder)) throw new UsageError(`${folder}: no such folder`);
  const { config } = loadConfig(options.config, process.env);
  const instruments = await openInstruments(config, { reputation: null, resolver: null });
  try {
    const report = await reportOf(options, config, instruments);
    if (report.misses + report.falsePositives === 0) process.exitCode = EXIT.negative;
    else await write(options.out, report);
    console.log(options.json ? JSON.stringify(report) : summary(report));
  } finally {
    await instruments.close();
  }
}

async function reportOf(
  options: GapsOptions,
  config: ReturnType<typeof loadConfig>['config'],
  instruments: OpenInstruments,
): Promise<GapsReport> {
  const { corpora, sample, python } = options;
  const tried = corpora === undefined ? null : await judgeFiles(corpora, 'by folder', sample, instruments);
  for (const { path, error } of tried?.failed ?? []) console.error(`postern: ${path}: ${error}`);
  const { rules, model } = instruments.detectors;
  return findGaps({
    ...(await collected(options, config, instruments)),
    corpora: tried?.specimens ?? [],
    rules,
    model,
    python: python ?? null,
  });
}

/** Folders where they are named, else the ledger; the rest of the ledger where no background is named. */
async function collected(
  options: GapsOptions,
  { ledger, feedback, quarantine }: ReturnType<typeof loadConfig>['config'],
  instruments: OpenInstruments,
): Promise<Collected> {
  const { misses, falsePositives, background, most, mostBackground } = options;
  const fromLedger = () =>
    collectFromLedger({
      directory: options.ledger ?? ledger.directory,
      since: options.since ?? null,
      until: options.until ?? null,
      mail: [feedback.cases, quarantine.directory, ...options.mail],
      mostGaps: most,
      mostBackground,
      onBadLine: (bad) => console.error(`postern: ${describe(bad)}`),
    });
  if (misses === undefined && falsePositives === undefined) return fromLedger();
  const scope: FolderScope = { misses, falsePositives, background, most, mostBackground };
  const judged = await collectFromFolders(scope, instruments, (path, error) =>
    console.error(`postern: ${path}: ${error}`),
  );
  if (background !== undefined || !existsSync(options.ledger ?? ledger.directory)) return judged;
  const others = await fromLedger();
  return {
    ...judged,
    background: [...judged.background, ...others.gaps, ...others.background],
    backgroundFound: judged.backgroundFound + others.gapsFound + others.backgroundFound,
  };
}

async function write(out: string, report: GapsReport): Promise<void> {
  await mkdir(join(out, 'plots'), { recursive: true, mode: 0o700 });
  for (const [name, plot] of gapPlots(report))
    await writeFile(join(out, 'plots', name), plot, { mode: 0o600 });
  // It quotes subjects: for those who may read the mail.
  await writeFile(join(out, 'gaps.md'), gapsPage(report, 'plots'), { mode: 0o600 });
  console.error(`written: ${join(out, 'gaps.md')} and its plots`);
}

function summary(report: GapsReport): string {
  const { misses, falsePositives, groups, suspects, background } = report;
  if (misses + falsePositives === 0)
    return `nothing was judged wrong, as far as anybody said (${background} other messages)`;
  const rows = groups.map(({ number, kind, category, size, trend, name, proposals: [best] }) => [
    `${number}`,
    kind === 'miss' ? 'missed' : 'wrongly held',
    category,
    `${size}`,
    trend.direction,
    name,
    best === undefined
      ? 'no rule'
      : `${best.when} (${best.heldOut.hits} of ${best.heldOut.of}, ${best.heldOut.wrong} wrong)`,
  ]);
  return [
    `${misses} missed, ${falsePositives} wrongly held, ${background} others; ${groups.length} groups, ${suspects.length} labels that look wrong`,
    table(['group', 'kind', 'is', 'messages', 'trend', 'told by', 'best rule'], rows),
    ...suspects.map(
      ({ id, said, against, near }) =>
        `look again: ${id} is said to be ${said}; ${against} of ${near} near ones are not`,
    ),
  ].join('\n');
}

function positive(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1)
    throw new InvalidArgumentError('is not a whole number above 0');
  return number;
}

function moment(text: string): Date {
  const at = new Date(text);
  if (Number.isNaN(at.getTime()))
    throw new InvalidArgumentError('is no time like 2026-03-01 or 2026-03-01T12:00Z');
  return at;
}
