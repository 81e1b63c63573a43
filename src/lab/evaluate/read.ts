import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { Mistake } from '../../mistake.ts';
import type { Detected } from '../detected.ts';

const ruleSchema = z.object({
  id: z.string(),
  category: z.string(),
  status: z.string(),
  weight: z.number(),
});

const datasetSchema = z.object({
  messages: z.number(),
  schemaHash: z.string(),
  rules: z.array(ruleSchema),
});

const rowSchema = z.object({
  path: z.string(),
  source: z.string(),
  label: z.string(),
  category: z.string().nullable(),
  year: z.number().nullable(),
  language: z.string().nullable(),
  kind: z.string(),
});

const detectedSchema = z.object({
  weight: z.number(),
  votes: z.record(z.string(), z.number()),
  hits: z.array(z.string()),
  notRun: z.array(z.string()),
  failed: z.array(z.string()),
  forced: z.enum(['tag', 'quarantine', 'reject']).nullable(),
});

const foldSchema = z.object({ name: z.string(), kind: z.string(), about: z.string() });

const judgedSchema = z.object({ row: z.number(), logit: z.number(), categories: z.array(z.number()) });

/** How rules count beside a model: see detect/fusion.ts. */
export const fusionSchema = z.object({ rules: z.number(), most: z.number() });

const foldsSchema = z.object({
  without: z.array(z.string()),
  leftOut: z.array(z.string()),
  duplicates: z.object({
    messages: z.number(),
    kept: z.number(),
    nearDuplicates: z.number(),
    labelConflicts: z.number(),
  }),
  calibration: z.object({ a: z.number(), b: z.number(), prior: z.number() }),
  fusion: fusionSchema,
  categories: z.array(z.string()),
  folds: z.array(foldSchema),
});

/** What a dataset knows of a message without judging it. */
export interface Known extends z.infer<typeof rowSchema> {
  readonly unwanted: boolean;
  readonly detected: Detected;
}

export interface DatasetFacts extends z.infer<typeof datasetSchema> {
  /** By row. */
  readonly known: readonly Known[];
}

export type RuleFacts = z.infer<typeof ruleSchema>;
export type FoldFacts = z.infer<typeof foldSchema>;
export type FoldsFacts = z.infer<typeof foldsSchema>;

/** What the model of a fold says of a message that it never saw. */
export interface OutOfFold {
  readonly message: Known;
  /** Calibrated, without rules. */
  readonly logit: number;
  /** Share of each category, in the order of the folds' `categories`. */
  readonly categories: readonly number[];
}

/** A dataset's rows with what the rules say of them. Throws Mistake where the folder is no dataset, or an older one without rules. */
export async function readDataset(folder: string): Promise<DatasetFacts> {
  const dataset = await readJson(join(folder, 'dataset.json'), datasetSchema);
  const rows = await readLines(join(folder, 'rows.ndjson'), rowSchema);
  const detected = await readLines(join(folder, 'rules.ndjson'), detectedSchema);
  if (rows.length !== dataset.messages || detected.length !== dataset.messages) {
    throw new Mistake(
      `${folder}: dataset.json tells of ${dataset.messages} messages, rows.ndjson has ${rows.length}, rules.ndjson ${detected.length}`,
    );
  }
  const known = rows.map((row, i) => {
    const rules = detected[i];
    if (rules === undefined) throw new Mistake(`${folder}: rules.ndjson ends before row ${i}`);
    return { ...row, unwanted: row.label !== 'ham', detected: rules };
  });
  return { ...dataset, known };
}

export function readFolds(folder: string): Promise<FoldsFacts> {
  return readJson(join(folder, 'folds', 'folds.json'), foldsSchema);
}

export async function readFold(folder: string, name: string, known: readonly Known[]): Promise<OutOfFold[]> {
  const path = join(folder, 'folds', `${name}.ndjson`);
  return (await readLines(path, judgedSchema)).map(({ row, ...said }) => ({
    ...said,
    message: rowOf(known, row, path),
  }));
}

/** The row of a dataset, or a Mistake that names the file which asks for it. */
export function rowOf(known: readonly Known[], row: number, path: string): Known {
  const message = known[row];
  if (message === undefined) throw new Mistake(`${path}: there is no row ${row} in the dataset`);
  return message;
}

export async function readJson<T>(path: string, schema: z.ZodType<T>): Promise<T> {
  return parsed(await text(path), path, schema);
}

export async function readLines<T>(path: string, schema: z.ZodType<T>): Promise<T[]> {
  const lines = (await text(path)).split('\n').filter((line) => line !== '');
  return lines.map((line, i) => parsed(line, `${path}:${i + 1}`, schema));
}

function parsed<T>(json: string, where: string, schema: z.ZodType<T>): T {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new Mistake(`${where}: is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new Mistake(`${where}: ${issue?.path.join('.')}: ${issue?.message}`);
}

async function text(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (!missing) throw error;
    throw new Mistake(`${path}: is not there; \`postern dataset build --out FOLDER\` makes a dataset`);
  }
}
