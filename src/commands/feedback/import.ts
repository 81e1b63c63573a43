import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { loadConfig } from '../../config/load.ts';
import { type CsvProblem, type CsvRow, readFeedbackCsv } from '../../feedback/csv.ts';
import { readLedger } from '../../ledger/reader.ts';
import { EXIT, UsageError } from '../failure.ts';
import { type OpenDesk, withDesk } from './open-desk.ts';

/** 100,000 rows with long ids; more is a job for several files. */
export const CSV_BYTES = 16 * 1024 * 1024;

export interface ImportOptions {
  readonly config: string;
  readonly actor: string;
  readonly allOrNothing: boolean;
  readonly json?: boolean;
}

/** A row with the decisions it speaks of: several where one message came in several transactions. */
interface Placed {
  readonly row: CsvRow;
  readonly ids: readonly string[];
}

/** `postern feedback import FILE.csv`: wrong lines are named; exit 1 where there are any. */
export async function importFeedback(file: string, options: ImportOptions): Promise<void> {
  const { config } = loadConfig(options.config, process.env);
  const text = await readBounded(file);
  const { problems: wrong, rows } = readFeedbackCsv(text, new Date());
  const { placed, problems: unplaced } = await place(config.ledger.directory, rows);
  const problems = [...wrong, ...unplaced].sort((a, b) => a.line - b.line);
  for (const { line, problem } of problems) console.error(`postern: ${file}:${line}: ${problem}`);
  const taken = options.allOrNothing && problems.length > 0 ? [] : placed;
  let repeated = 0;
  if (taken.length > 0) repeated = await withDesk(config, (open) => giveAll(open, taken, options));
  const counts = { rows: taken.length, repeated, wrong: problems.length };
  if (options.json) console.log(JSON.stringify({ ...counts, problems }));
  else console.log(`${counts.rows} lines taken, ${repeated} of them said before, ${counts.wrong} wrong`);
  if (problems.length > 0) process.exitCode = EXIT.negative;
}

async function readBounded(file: string): Promise<string> {
  if (!existsSync(file)) throw new UsageError(`${file}: is not there`);
  const found = await stat(file);
  if (found.size > CSV_BYTES) throw new UsageError(`${file}: has more than ${CSV_BYTES} bytes; split it`);
  return readFile(file, 'utf8');
}

/** Reads the ledger once for all rows. */
async function place(
  directory: string,
  rows: readonly CsvRow[],
): Promise<{ readonly placed: readonly Placed[]; readonly problems: readonly CsvProblem[] }> {
  const ids = new Set(rows.map(({ id }) => id));
  const messageIds = new Map<string, Map<string, string>>(
    rows.filter((row) => row.id === null).map(({ messageId }) => [messageId ?? '', new Map()]),
  );
  const known = new Set<string>();
  for await (const { from, id, messageId } of readLedger(directory, { kind: 'decision' })) {
    if (ids.has(id)) known.add(id);
    messageIds.get(messageId)?.set(id, from.toLowerCase());
  }
  const placed: Placed[] = [];
  const problems: CsvProblem[] = [];
  for (const row of rows) {
    const found = row.id === null ? messageIds.get(row.messageId ?? '') : new Map([[row.id, '']]);
    const there = [...(found?.keys() ?? [])].filter((id) => row.id === null || known.has(id));
    if (there.length === 0)
      problems.push({ line: row.line, problem: `${row.id ?? row.messageId}: is not in the ledger` });
    else if (new Set(found?.values()).size > 1)
      problems.push({
        line: row.line,
        problem: `${row.messageId}: several senders have used it; give the id`,
      });
    else placed.push({ row, ids: there });
  }
  return { placed, problems };
}

async function giveAll(
  { desk }: OpenDesk,
  placed: readonly Placed[],
  options: ImportOptions,
): Promise<number> {
  let repeated = 0;
  for (const { ids, row } of placed) {
    const settled = [];
    for (const id of ids) {
      const actor = row.actor ?? options.actor;
      const at = row.at ?? new Date();
      settled.push(await desk.take({ surface: 'csv', actor, is: row.is, at, about: { id } }));
    }
    if (settled.every((one) => one.repeated)) repeated += 1;
  }
  return repeated;
}
