import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { Mistake } from '../../mistake.ts';
import type { LedgerData } from './open.ts';

/** Ten bins of about the same share each, as the population stability index is used. */
const BINS = 10;

/** Bin of missing values. */
const MISSING = -1;

const binSchema = z.object({
  feature: z.string(),
  bin: z.int(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  share: z.number().min(0).max(1),
});

/** Of a feature: values from `low` on and under `high`, and their share of the reference. */
export type ReferenceBin = z.infer<typeof binSchema>;

const datasetSchema = z.object({ features: z.array(z.object({ name: z.string() })) });

/** Bins of a feature by its deciles; NaN is missing. The first and the last bin are open (at the largest finite numbers). */
export function binsOf(feature: string, values: Float64Array): ReferenceBin[] {
  const present = values.filter((value) => !Number.isNaN(value)).sort();
  const cuts = new Set<number>();
  for (let decile = 1; decile < BINS; decile += 1) {
    const cut = present[Math.floor((decile * present.length) / BINS)];
    // A cut at the least value would leave the bin under it empty.
    if (cut !== undefined && cut !== present[0]) cuts.add(cut);
  }
  const [first] = present;
  if (first !== undefined && cuts.size === 0) {
    // Most are one value, 0 say: then whatever differs has bins of its own.
    cuts.add(first);
    cuts.add(present.find((value) => value !== first) ?? first + 1e-9 * Math.max(1, Math.abs(first)));
  }
  const edges = [-Number.MAX_VALUE, ...[...cuts].sort((a, b) => a - b), Number.MAX_VALUE];
  const share = (count: number) => (values.length === 0 ? 0 : count / values.length);
  const bins = edges.slice(0, -1).map((low, bin) => {
    const high = edges[bin + 1] ?? Number.MAX_VALUE;
    const count = present.filter((value) => value >= low && value < high).length;
    return { feature, bin, low, high, share: share(count) };
  });
  return [
    { feature, bin: MISSING, low: null, high: null, share: share(values.length - present.length) },
    ...bins,
  ];
}

/** The bins of a folder that `postern dataset build` wrote. */
export async function referenceOfDataset(folder: string): Promise<ReferenceBin[]> {
  const schema = datasetSchema.safeParse(await readJson(join(folder, 'dataset.json')));
  if (!schema.success) throw new Mistake(`${folder}: dataset.json does not name the features`);
  const names = schema.data.features.map(({ name }) => name);
  const { values, rows, columns } = float32Matrix(await readFile(join(folder, 'features.npy')));
  if (columns !== names.length)
    throw new Mistake(`${folder}: ${columns} columns for ${names.length} features`);
  return names.flatMap((name, column) =>
    binsOf(
      name,
      Float64Array.from({ length: rows }, (_, row) => values[row * columns + column] ?? NaN),
    ),
  );
}

/** The bins of the decisions of a ledger. */
export async function referenceOfLedger(data: LedgerData): Promise<ReferenceBin[]> {
  const bins: ReferenceBin[] = [];
  const features = await data.query<{ feature: string }>(
    'SELECT DISTINCT v.feature FROM feature_values v ORDER BY v.feature',
  );
  const rows = await data.query<{ feature: string; numbers: (number | null)[] }>(
    'SELECT v.feature, list(v.value) AS numbers FROM feature_values v GROUP BY v.feature',
  );
  const values = new Map(rows.map(({ feature, numbers }) => [feature, numbers]));
  for (const { feature } of features)
    bins.push(
      ...binsOf(
        feature,
        Float64Array.from(values.get(feature) ?? [], (value) => value ?? NaN),
      ),
    );
  return bins;
}

/** Bins as `postern report --save-reference` wrote them: one JSON object a line. */
export async function readReference(path: string): Promise<ReferenceBin[]> {
  const lines = (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '');
  return lines.map((line, i) => {
    const bin = binSchema.safeParse(parseLine(line));
    if (!bin.success) throw new Mistake(`${path}:${i + 1}: is no bin of a reference`);
    return bin.data;
  });
}

/** Makes these the bins that feature_drift compares with. */
export async function useReference(data: LedgerData, bins: readonly ReferenceBin[]): Promise<void> {
  await data.connection.run('DELETE FROM reference_bins');
  const appender = await data.connection.createAppender('reference_bins');
  for (const { feature, bin, low, high, share } of bins) {
    appender.appendVarchar(feature);
    appender.appendInteger(bin);
    for (const edge of [low, high]) {
      if (edge === null) appender.appendNull();
      else appender.appendDouble(edge);
    }
    appender.appendDouble(share);
    appender.endRow();
  }
  appender.closeSync();
}

/** A matrix as writeNpy writes it: format 1.0, little-endian, C order. */
function float32Matrix(bytes: Buffer): { values: Float32Array; rows: number; columns: number } {
  const start = 10 + bytes.readUInt16LE(8);
  const shape = /'descr': '<f4'.*'shape': \((\d+), (\d+)\)/.exec(bytes.toString('latin1', 10, start));
  if (shape === null) throw new Mistake('features.npy is no matrix of 32-bit floats');
  const [rows, columns] = [Number(shape[1]), Number(shape[2])];
  const values = new Float32Array(rows * columns);
  bytes.copy(new Uint8Array(values.buffer), 0, start);
  return { values, rows, columns };
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new Mistake(`${path}: ${error instanceof Error ? error.message : error}`, { cause: error });
  }
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
