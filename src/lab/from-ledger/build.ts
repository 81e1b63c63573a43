import { loadConfig } from '../../config/load.ts';
import { type BadLine, readLedger } from '../../ledger/reader.ts';
import type { DecisionRecord, FeedbackRecord } from '../../ledger/record.ts';
import { memoryReputation } from '../../reputation/memory.ts';
import { observationOf } from '../../reputation/rebuild.ts';
import { openInstruments } from '../../service/instruments.ts';
import { type Labelled, labelledMail } from '../corpora.ts';
import { measureAll as measureFiles, type Row, writeDataset } from '../dataset.ts';
import { inTimeOrder } from './in-time-order.ts';
import { findKeptMail, type KeptMail } from './kept-mail.ts';
import { labelsOf } from './labels.ts';
import { type Manifest, writeManifest } from './manifest.ts';
import { type Gauges, type MeasuredDecision, measureDecision } from './measure.ts';
import { type Split, splitsByTime } from './split.ts';

export interface FromLedgerOptions {
  readonly ledger: string;
  /** Folders with raw mail: the quarantine's, that of the cases. */
  readonly mail: readonly string[];
  readonly out: string;
  /** Folders of SOURCE/LABEL/*.eml whose mail stands before that of the ledger: training holds out whole sources, so it needs several. */
  readonly corpora: readonly string[];
  /** postern.yaml: its lists and rules are part of what is measured. */
  readonly config: string;
  /** Take weak feedback, too: a release without a word is a hint, no statement. */
  readonly weak: boolean;
  readonly onBadLine: (bad: BadLine) => void;
}

export interface FromLedgerSummary {
  readonly manifest: Manifest;
  readonly failed: readonly { readonly path: string; readonly error: string }[];
}

/** A labelled decision as rows.ndjson has it; training reads the fields of a labelled message and passes over the rest. */
interface LedgerMail extends Labelled {
  readonly at: string;
  readonly strength: FeedbackRecord['strength'];
  readonly features: 'logged' | 'rebuilt';
  readonly split: Split;
}

interface Taken {
  readonly record: DecisionRecord;
  readonly label: FeedbackRecord;
  readonly measured: MeasuredDecision;
}

/**
 * Makes a dataset of labelled decisions whose raw mail is kept, each as it looked at its moment: the ledger is read in time order, and the
 * memory has learned from what came before a decision and nothing else. Throws where a folder, the configuration or the ledger cannot be read.
 */
export async function buildFromLedger(options: FromLedgerOptions): Promise<FromLedgerSummary> {
  const labels = await labelsOf(options.ledger);
  const kept = await findKeptMail(options.mail);
  const leftOut = { weak: 0, withoutMail: 0, withoutDecision: 0, failed: 0 };
  const wanted = new Map([...labels].filter(([, { strength }]) => options.weak || strength === 'strong'));
  leftOut.weak = labels.size - wanted.size;
  const { taken, failed, withoutMail, decisions } = await measureAll(options, wanted, kept);
  leftOut.withoutMail = withoutMail;
  leftOut.failed = failed.length;
  leftOut.withoutDecision = wanted.size - taken.length - withoutMail - failed.length;
  if (taken.length === 0)
    throw new Error(`${options.ledger}: no labelled decision whose mail is under ${options.mail.join(', ')}`);
  taken.sort((a, b) =>
    a.record.at < b.record.at ? -1 : a.record.at > b.record.at ? 1 : a.record.id < b.record.id ? -1 : 1,
  );
  const splits = splitsByTime(taken.map(({ record }) => record.at));
  const rows = taken.map((one, i) => rowOf(one, splits[i] ?? 'test'));
  const others = await corporaRows(options);
  await writeDataset(options, [...others.rows, ...rows]);
  const manifest = await writeManifest(options, {
    rows: rows.map(({ message }) => message),
    leftOut,
    mailFiles: kept.files,
    corpora: others.rows.length,
    decisions,
  });
  return { manifest, failed: [...failed, ...others.failed] };
}

async function measureAll(
  options: FromLedgerOptions,
  labels: ReadonlyMap<string, FeedbackRecord>,
  kept: KeptMail,
) {
  const { config } = loadConfig(options.config, process.env);
  const memory = memoryReputation(config.reputation);
  const withoutModel = { ...config, detect: { ...config.detect, model: null, challengers: [] } };
  const instruments = await openInstruments(withoutModel, { reputation: memory, resolver: null });
  const { budgets, sources, detectors } = instruments;
  const gauges: Gauges = { budgets, sources, rules: detectors.rules };
  const taken: Taken[] = [];
  const failed: { path: string; error: string }[] = [];
  let withoutMail = 0;
  let decisions = 0;
  const seen = new Set<string>();
  try {
    for await (const record of inTimeOrder(readLedger(options.ledger, { onBadLine: options.onBadLine }))) {
      const label = record.kind === 'decision' ? labels.get(record.id) : undefined;
      if (record.kind === 'decision') decisions += 1;
      if (record.kind === 'decision' && label !== undefined && !seen.has(record.id)) {
        seen.add(record.id);
        const content = await kept.of(record.id);
        if (content === null) withoutMail += 1;
        else {
          try {
            taken.push({ record, label, measured: await measureDecision(record, content, gauges) });
          } catch (error) {
            failed.push({ path: record.id, error: error instanceof Error ? error.message : String(error) });
          }
        }
      }
      // After it was measured: no decision may know of itself.
      memory.observe(observationOf(record));
    }
  } finally {
    await instruments.close();
  }
  return { taken, failed, withoutMail, decisions };
}

async function corporaRows({ corpora, config }: Pick<FromLedgerOptions, 'corpora' | 'config'>) {
  const labelled = await labelledMail(corpora, null);
  const measured = labelled.length === 0 ? [] : await measureFiles(config, labelled, () => undefined);
  const rows: Row[] = [];
  const failed: { path: string; error: string }[] = [];
  for (const [i, message] of labelled.entries()) {
    const result = measured[i];
    if (result !== undefined && 'features' in result) rows.push({ ...result, message });
    else failed.push({ path: message.path, error: result?.error ?? 'was not measured' });
  }
  return { rows, failed };
}

/** Mail of one sender stands on one side of the folds of training, as the mail of one group of a corpus does. */
function rowOf({ record, label, measured }: Taken, split: Split): Row & { readonly message: LedgerMail } {
  const { is, strength } = label;
  const { origin, ...measures } = measured;
  const message: LedgerMail = {
    path: `ledger/${record.id}`,
    file: '',
    source: 'ledger',
    label: is === 'none' ? 'ham' : is,
    category: is === 'none' ? null : is,
    year: new Date(record.at).getUTCFullYear(),
    list: null,
    language: null,
    group: record.from.toLowerCase(),
    at: record.at,
    strength,
    features: origin,
    split,
  };
  return { ...measures, message };
}

export type { LedgerMail };
