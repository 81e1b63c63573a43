/** `npm run fuzz -- TARGET`: reads the command line, runs, prints. Exit 0 nothing found, 1 something found, 2 wrong use. */
import { parseArgs } from 'node:util';
import { campaign, type Outcome } from './campaign.ts';
import type { Figures } from './loop.ts';
import { keep, keptFor } from './regressions.ts';
import { loadTarget, targetModule, targetNames } from './targets.ts';

const DEFAULT_MINUTES = 1;
const MINUTE_MS = 60_000;
const SEEDS = 2 ** 31;

interface Options {
  readonly target: string;
  readonly milliseconds: number;
  readonly most: number;
  readonly seed: number;
  readonly json: boolean;
}

class Misuse extends Error {}

function readOptions(args: readonly string[]): Options {
  const { values, positionals } = parsed(args);
  const [target, ...more] = positionals;
  if (target === undefined || more.length > 0)
    throw new Misuse(`name one target: ${targetNames().join(', ')}`);
  if (!targetNames().includes(target)) {
    throw new Misuse(`no target ${JSON.stringify(target)}; targets are ${targetNames().join(', ')}`);
  }
  const most = wholeNumber('--runs', values.runs, Number.MAX_SAFE_INTEGER);
  const minutes = positive(
    '--minutes',
    values.minutes,
    values.runs === undefined ? DEFAULT_MINUTES : 24 * 60,
  );
  const seed = wholeNumber('--seed', values.seed, Math.floor(Math.random() * SEEDS));
  return { target, milliseconds: minutes * MINUTE_MS, most, seed, json: values.json };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        minutes: { type: 'string' },
        runs: { type: 'string' },
        seed: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new Misuse(error instanceof Error ? error.message : String(error));
  }
}

function wholeNumber(option: string, given: string | undefined, otherwise: number): number {
  if (given !== undefined && !/^\d{1,15}$/.test(given))
    throw new Misuse(`${option}: expected a whole number`);
  return given === undefined ? otherwise : Number(given);
}

function positive(option: string, given: string | undefined, otherwise: number): number {
  const number = given === undefined ? otherwise : Number(given);
  if (!(number > 0) || !Number.isFinite(number)) throw new Misuse(`${option}: expected a number above 0`);
  return number;
}

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  const module = targetModule(options.target);
  const target = await loadTarget(module);
  const seeds = [...target.seeds(), ...keptFor(options.target).map(({ input }) => input)];
  console.log(`${target.name}: ${target.about}; ${seeds.length} inputs to begin with, seed ${options.seed}`);
  const begun = Date.now();
  const show = (figures: Figures) => console.log(line(figures, Date.now() - begun));
  const outcome = await campaign({ ...options, module, seeds }, everyTen(show));
  const files = outcome.found.map((found) => ({
    file: keep(target.name, found, options.seed),
    ...found.failure,
  }));
  console.log(line(outcome, outcome.milliseconds));
  for (const { file, kind, message } of files) console.log(`test/regressions/${file}: ${kind}: ${message}`);
  console.log(files.length === 0 ? 'no crashes' : `crashes: ${files.length}`);
  if (options.json) console.log(JSON.stringify(summary(options, outcome, files)));
  return files.length === 0 ? 0 : 1;
}

function line({ executions, corpus, blocks }: Figures, milliseconds: number): string {
  return `${Math.round(milliseconds / 1_000)} s: ${executions} executions, ${perSecond(executions, milliseconds)}/s, corpus ${corpus}, blocks ${blocks}`;
}

function perSecond(executions: number, milliseconds: number): number {
  return Math.round((executions * 1_000) / Math.max(1, milliseconds));
}

/** Figures come each second; a line for each tenth is enough. */
function everyTen(show: (figures: Figures) => void): (figures: Figures) => void {
  let come = 0;
  return (figures) => {
    come += 1;
    if (come % 10 === 0) show(figures);
  };
}

function summary(
  { target, seed }: Options,
  { executions, milliseconds, corpus, blocks }: Outcome,
  files: readonly { readonly file: string; readonly kind: string; readonly message: string }[],
) {
  const crashes = files.map(({ file, kind, message }) => ({ file, kind, message }));
  const seconds = milliseconds / 1_000;
  const rate = perSecond(executions, milliseconds);
  return { target, seed, seconds, executions, executionsPerSecond: rate, corpus, blocks, crashes };
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof Misuse)) throw error;
  console.error(`fuzz: ${error.message}`);
  process.exitCode = 2;
}
