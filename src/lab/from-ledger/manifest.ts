import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SCHEMA_HASH } from '../../detect/features/schema.ts';
import { ledgerFiles } from '../../ledger/files.ts';
import { version } from '../../version.ts';
import type { FromLedgerOptions, LedgerMail } from './build.ts';
import type { Split } from './split.ts';

interface FileOf {
  readonly bytes: number;
  readonly sha256: string;
}

interface Count {
  readonly rows: number;
  readonly ham: number;
  readonly unwanted: number;
}

/** manifest.json: what a dataset is, and what it was made from. The same ledger and mail give the same manifest. */
export interface Manifest {
  readonly format: 1;
  /** The first 16 hexadecimal digits of the SHA-256 over the hashes of its files: two datasets of one version are equal. */
  readonly version: string;
  readonly madeBy: string;
  readonly featureSchema: string;
  readonly ledger: { readonly decisions: number; readonly files: Readonly<Record<string, FileOf>> };
  readonly mailFiles: number;
  /** Rows of corpora, which stand before those of the ledger; the counts below are of the ledger's. */
  readonly corpora: number;
  readonly rows: Count;
  readonly labels: Readonly<Record<string, number>>;
  readonly features: { readonly logged: number; readonly rebuilt: number };
  /** Labelled decisions that are no rows, and why. */
  readonly leftOut: Readonly<Record<'weak' | 'withoutMail' | 'withoutDecision' | 'failed', number>>;
  /** By time: `from` and `to` are the moments of the first and the last row. */
  readonly splits: Readonly<Partial<Record<Split, Count & { readonly from: string; readonly to: string }>>>;
  readonly limits: readonly string[];
  readonly files: Readonly<Record<string, FileOf>>;
}

interface Parts {
  readonly rows: readonly LedgerMail[];
  readonly leftOut: Manifest['leftOut'];
  readonly mailFiles: number;
  readonly corpora: number;
  readonly decisions: number;
}

const FILES = [
  'dataset.json',
  'rows.ndjson',
  'rules.ndjson',
  'features.npy',
  'gram_ids.npy',
  'gram_offsets.npy',
];

const LIMITS = [
  'Only mail that somebody spoke of and whose bytes were kept: mistakes are in it more often than in the mail of every day.',
  'In rebuilt rows the memory knows what the ledger has; whom we wrote to is not in the ledger.',
];

/** Writes manifest.json beside the files of the dataset. */
export async function writeManifest(
  { out, ledger }: Pick<FromLedgerOptions, 'out' | 'ledger'>,
  { rows, leftOut, mailFiles, corpora, decisions }: Parts,
): Promise<Manifest> {
  const files = await filesOf(FILES.map((name) => [name, join(out, name)]));
  const read = await filesOf((await ledgerFiles(ledger)).map(({ name, path }) => [name, path]));
  const manifest: Manifest = {
    format: 1,
    version: versionOf(files),
    madeBy: `postern ${version()}`,
    featureSchema: SCHEMA_HASH,
    ledger: { decisions, files: read },
    mailFiles,
    corpora,
    rows: countOf(rows),
    labels: Object.fromEntries(
      [...Map.groupBy(rows, ({ label }) => label)].map(([label, of]) => [label, of.length] as const).sort(),
    ),
    features: {
      logged: rows.filter(({ features }) => features === 'logged').length,
      rebuilt: rows.filter(({ features }) => features === 'rebuilt').length,
    },
    leftOut,
    splits: Object.fromEntries(
      [...Map.groupBy(rows, ({ split }) => split)].map(([split, of]) => [
        split,
        { ...countOf(of), from: of[0]?.at ?? '', to: of.at(-1)?.at ?? '' },
      ]),
    ),
    limits: LIMITS,
    files,
  };
  await writeFile(join(out, 'manifest.json'), `${JSON.stringify(manifest, null, 1)}\n`);
  return manifest;
}

function countOf(rows: readonly LedgerMail[]): Count {
  const ham = rows.filter(({ label }) => label === 'ham').length;
  return { rows: rows.length, ham, unwanted: rows.length - ham };
}

async function filesOf(named: readonly (readonly [string, string])[]): Promise<Record<string, FileOf>> {
  const files: Record<string, FileOf> = {};
  for (const [name, path] of named) {
    const sha = createHash('sha256');
    for await (const chunk of createReadStream(path)) sha.update(chunk);
    files[name] = { bytes: (await stat(path)).size, sha256: sha.digest('hex') };
  }
  return files;
}

function versionOf(files: Readonly<Record<string, FileOf>>): string {
  const sha = createHash('sha256');
  for (const name of FILES) sha.update(`${name} ${files[name]?.sha256}\n`);
  return sha.digest('hex').slice(0, 16);
}
