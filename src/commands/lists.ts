import { createReadStream } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { Command, InvalidArgumentError, Option } from 'commander';
import { loadConfig } from '../config/load.ts';
import { IMPORTS, type Imported, type ImportKind, ListImport } from '../evidence/lists/import.ts';
import { CONFIG_FILE } from './config-file.ts';
import { UsageError } from './failure.ts';

/** What is less known than that may be anybody, and a larger list costs memory in every process. */
const TOP = 100_000;
/** Published lists have a million lines; what has more is no list of domains. */
export const MAX_LINES = 2_000_000;
/** One line in ten: a file of another kind, of which nothing shall be taken. */
const MOST_WRONG = 0.1;

interface ImportOptions {
  readonly config: string;
  readonly as: ImportKind;
  readonly top: number;
  readonly force?: boolean;
}

/** `postern lists import`: a published list becomes one of the operator's own. */
export function listsCommand(): Command {
  const lists = new Command('lists').description('bring in lists of domains');
  lists
    .command('import')
    .description('turn a file of domains (one a line, or rank,domain) into a list of identity.localLists')
    .argument('<file>', 'the published list')
    .addOption(new Option('--as <kind>', 'what it lists').choices(Object.keys(IMPORTS)).makeOptionMandatory())
    .option('-c, --config <file>', 'configuration', CONFIG_FILE)
    .option('--top <number>', 'of popular domains, so many are kept', wholeNumber, TOP)
    .option('--force', 'replace a list that was not imported')
    .action(importList);
  return lists;
}

async function importList(file: string, options: ImportOptions): Promise<void> {
  const { config } = loadConfig(options.config, process.env);
  const folder = config.identity.localLists;
  if (folder === null) {
    throw new UsageError('identity.localLists is not set: name the folder of your own lists there');
  }
  const imported = await read(file, options);
  for (const { line, why } of imported.wrong) console.error(`${file}:${line}: ${why}`);
  const unshown = imported.wrongCount - imported.wrong.length;
  if (unshown > 0) console.error(`${file}: ${unshown} more lines are wrong`);
  if (imported.lines.length === 0 || imported.wrongCount > MOST_WRONG * imported.read) {
    throw new UsageError(
      `${file}: ${imported.wrongCount} of ${imported.read} lines are wrong; nothing is imported`,
    );
  }
  const target = join(folder, IMPORTS[options.as]);
  if (!options.force) await refuseToReplace(target);
  await mkdir(folder, { recursive: true });
  // Written beside and renamed: a gate that loads its lists just now finds the old one or the new one, whole.
  const fresh = `${target}.new`;
  await writeFile(fresh, `${headingOf(file)}\n${imported.lines.join('\n')}\n`);
  await rename(fresh, target);
  console.log(`${target}: ${imported.lines.length} of ${imported.read} lines`);
}

async function read(file: string, { as, top }: ImportOptions): Promise<Imported> {
  const list = new ListImport(as);
  const input = createReadStream(file, 'utf8');
  let count = 0;
  try {
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      if (++count > MAX_LINES) throw new UsageError(`${file}: has more than ${MAX_LINES} lines`);
      list.add(line);
    }
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${file}: cannot be read`, { cause: error });
  } finally {
    input.destroy();
  }
  return list.finish(top);
}

const HEADING = '# Imported by postern lists import';

function headingOf(file: string): string {
  return `${HEADING} from ${basename(file).replace(/[^\x21-\x7e]/g, '_')}; the next import replaces it.`;
}

/** What a person wrote is not lost. */
async function refuseToReplace(path: string): Promise<void> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return;
    throw error;
  }
  if (!text.startsWith(HEADING)) throw new UsageError(`${path}: was not imported; --force replaces it`);
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('a whole number from 1');
  return Number(text);
}
