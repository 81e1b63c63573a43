import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { FEATURES, SCHEMA_HASH } from '../detect/features/schema.ts';
import { GRAMS } from '../detect/models/grams.ts';
import { type Labelled, labelledMail } from './corpora.ts';
import { writeNpy } from './npy.ts';

export interface DatasetOptions {
  /** Folder of SOURCE/LABEL/*.eml with sidecars. */
  readonly corpora: string;
  /** Tab-separated file with the categories that readers gave; null takes those of the sidecars. */
  readonly manifest: string | null;
  /** Folder for the arrays; made where it is missing. */
  readonly out: string;
  /** postern.yaml: its lists are part of what is measured. */
  readonly config: string;
}

export interface DatasetSummary {
  readonly messages: number;
  /** Messages that could not be measured, and why. */
  readonly failed: readonly { readonly path: string; readonly error: string }[];
}

/** What a worker gives for one message. */
export type Measured =
  | { readonly number: number; readonly features: Float32Array; readonly grams: Int32Array }
  | { readonly number: number; readonly error: string };

/** Plain data for a worker: its share of the files, by number. */
export interface Share {
  readonly config: string;
  readonly files: readonly { readonly number: number; readonly file: string }[];
}

/**
 * Measures labelled mail with the code that serves, and writes what training reads: dataset.json (schema), rows.ndjson (what
 * is known of each message), features.npy [n, f], gram_ids.npy and gram_offsets.npy (row i has ids offsets[i]..offsets[i + 1]).
 */
export async function buildDataset(
  options: DatasetOptions,
  progress: (done: number, total: number) => void,
): Promise<DatasetSummary> {
  const labelled = await labelledMail(options.corpora, options.manifest);
  if (labelled.length === 0) throw new Error(`no SOURCE/LABEL/*.eml under ${options.corpora}`);
  const measured = await measureAll(options.config, labelled, progress);
  const kept: Row[] = [];
  const failed: { path: string; error: string }[] = [];
  for (const [i, message] of labelled.entries()) {
    const result = measured[i];
    if (result && 'features' in result)
      kept.push({ message, features: result.features, grams: result.grams });
    else failed.push({ path: message.path, error: result?.error ?? 'was not measured' });
  }
  await write(options.out, kept);
  return { messages: kept.length, failed };
}

interface Row {
  readonly message: Labelled;
  readonly features: Float32Array;
  readonly grams: Int32Array;
}

async function measureAll(
  config: string,
  labelled: readonly Labelled[],
  progress: (done: number, total: number) => void,
): Promise<Measured[]> {
  const results: Measured[] = [];
  let done = 0;
  const workers = Math.min(availableParallelism(), labelled.length);
  await Promise.all(
    Array.from({ length: workers }, (_, worker) => {
      const files = labelled.flatMap(({ file }, number) =>
        number % workers === worker ? [{ number, file }] : [],
      );
      return runWorker({ config, files }, (one) => {
        results[one.number] = one;
        progress(++done, labelled.length);
      });
    }),
  );
  return results;
}

function runWorker(share: Share, take: (one: Measured) => void): Promise<void> {
  const file = new URL(`./dataset-worker${import.meta.url.slice(-3)}`, import.meta.url);
  const worker = new Worker(file, { workerData: share });
  return new Promise((resolve, reject) => {
    worker.on('message', take);
    worker.once('error', reject);
    worker.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`a worker ended with code ${code}`)),
    );
  });
}

async function write(folder: string, rows: readonly Row[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  const offsets = new BigInt64Array(rows.length + 1);
  for (const [i, { grams }] of rows.entries()) offsets[i + 1] = (offsets[i] ?? 0n) + BigInt(grams.length);
  const schema = {
    format: 1,
    messages: rows.length,
    schemaHash: SCHEMA_HASH,
    gramsVersion: GRAMS.version,
    buckets: GRAMS.buckets,
    features: FEATURES.map(({ name, group, direction }) => ({ name, group, direction })),
  };
  await writeFile(join(folder, 'dataset.json'), `${JSON.stringify(schema, null, 1)}\n`);
  const lines = rows.map(({ message: { file: _, ...known } }) => JSON.stringify(known));
  await writeFile(join(folder, 'rows.ndjson'), lines.map((line) => `${line}\n`).join(''));
  const path = (name: string) => join(folder, name);
  await writeNpy(
    path('features.npy'),
    'float32',
    [rows.length, FEATURES.length],
    rows.map((row) => row.features),
  );
  await writeNpy(
    path('gram_ids.npy'),
    'int32',
    [Number(offsets.at(-1))],
    rows.map((row) => row.grams),
  );
  await writeNpy(path('gram_offsets.npy'), 'int64', [offsets.length], [offsets]);
}
