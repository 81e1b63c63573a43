import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { loadConfig } from '../config/load.ts';
import { FEATURES, SCHEMA_HASH } from '../detect/features/schema.ts';
import { GRAMS } from '../detect/models/grams.ts';
import { loadRules } from '../detect/rules/load.ts';
import { type Labelled, labelledMail } from './corpora.ts';
import type { Detected, MailKind } from './detected.ts';
import { writeNpy } from './npy.ts';

export interface DatasetOptions {
  /** Folders of SOURCE/LABEL/*.eml with sidecars. */
  readonly corpora: readonly string[];
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
  | (Measures & { readonly number: number })
  | { readonly number: number; readonly error: string };

/** What is measured of one message. */
export interface Measures {
  readonly features: Float32Array;
  readonly grams: Int32Array;
  readonly detected: Detected;
  readonly kind: MailKind;
  /** By its words. */
  readonly language: string | null;
}

/** Plain data for a worker: its share of the files, by number. */
export interface Share {
  readonly config: string;
  readonly files: readonly { readonly number: number; readonly file: string }[];
}

/**
 * Measures labelled mail with the code that serves, and writes what training reads: dataset.json (schema), rows.ndjson (what
 * is known of each message), rules.ndjson (what the rules say of it), features.npy [n, f], gram_ids.npy and gram_offsets.npy
 * (row i has ids offsets[i]..offsets[i + 1]).
 */
export async function buildDataset(
  options: DatasetOptions,
  progress: (done: number, total: number) => void,
): Promise<DatasetSummary> {
  const labelled = await labelledMail(options.corpora, options.manifest);
  if (labelled.length === 0) throw new Error(`no SOURCE/LABEL/*.eml under ${options.corpora.join(', ')}`);
  const measured = await measureAll(options.config, labelled, progress);
  const kept: Row[] = [];
  const failed: { path: string; error: string }[] = [];
  for (const [i, message] of labelled.entries()) {
    const result = measured[i];
    if (result && 'features' in result) kept.push({ message, ...result });
    else failed.push({ path: message.path, error: result?.error ?? 'was not measured' });
  }
  await writeDataset(options, kept);
  return { messages: kept.length, failed };
}

/** A row of a dataset. What `message` has beyond its type stands in rows.ndjson, too. */
export interface Row extends Measures {
  readonly message: Labelled;
}

/** Measures the messages in as many threads as there are cores; results by the number of the message. */
export async function measureAll(
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

/** Writes the files of a dataset; `config` is the configuration whose rules judged the rows. */
export async function writeDataset(
  { out: folder, config }: Pick<DatasetOptions, 'out' | 'config'>,
  rows: readonly Row[],
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const path = (name: string) => join(folder, name);
  const offsets = new BigInt64Array(rows.length + 1);
  for (const [i, { grams }] of rows.entries()) offsets[i + 1] = (offsets[i] ?? 0n) + BigInt(grams.length);
  const schema = {
    format: 2,
    messages: rows.length,
    schemaHash: SCHEMA_HASH,
    gramsVersion: GRAMS.version,
    buckets: GRAMS.buckets,
    features: FEATURES.map(({ name, group, direction }) => ({ name, group, direction })),
    rules: rulesOf(config),
  };
  await writeFile(path('dataset.json'), `${JSON.stringify(schema, null, 1)}\n`);
  await writeFile(path('rows.ndjson'), ndjson(rows.map(known)));
  await writeFile(path('rules.ndjson'), ndjson(rows.map(({ detected }) => detected)));
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

function known({ message: { file: _, ...labelled }, kind, language }: Row) {
  return { ...labelled, language: labelled.language ?? language, kind };
}

function ndjson(lines: readonly object[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

function rulesOf(config: string) {
  const { detect, failures } = loadConfig(config, process.env).config;
  const { rules } = loadRules(detect.rules, { onFailure: failures.rules });
  return rules.map(({ id, category, status, weight }) => ({ id, category, status, weight }));
}
