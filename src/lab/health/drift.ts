import type { LedgerData } from '../data/open.ts';

/** Bins of a feature's values: tenths of the reference, as is usual for this index. */
const BINS = 10;

/** Days at the start of the ledger that stand for what the model was made for: its card has no histograms. */
export const REFERENCE_DAYS = 7;

/** Of each side, chosen by the hash of the id: sampling noise is then under 0.005, and a ledger of millions costs no more. */
export const MOST_MESSAGES = 5_000;

/** Fewer messages on either side make an index of sampling noise: its mean is about BINS · (1/n + 1/m), 0.02 here. */
export const LEAST_MESSAGES = 1_000;

export interface FeatureDrift {
  readonly feature: string;
  readonly index: number;
}

export interface GroupDrift {
  readonly group: string;
  /** The greatest population stability index of its features. */
  readonly index: number;
  readonly feature: string;
}

export interface Drift {
  /** What now is compared with. */
  readonly reference: { readonly since: Date; readonly until: Date; readonly messages: number };
  readonly messages: number;
  readonly groups: readonly GroupDrift[];
  readonly features: readonly FeatureDrift[];
}

interface BinRow {
  readonly feature: string;
  readonly bin: number | bigint;
  readonly before: number | bigint;
  readonly now: number | bigint;
}

/** Values left of the first edge are in bin 0; a missing value is a bin of its own. */
const SQL = `WITH
  ids AS ((SELECT id FROM decisions WHERE "at" < CAST($referenceUntil AS TIMESTAMP) ORDER BY hash(id) LIMIT ${MOST_MESSAGES})
    UNION ALL (SELECT id FROM decisions WHERE "at" >= CAST($since AS TIMESTAMP) AND "at" < CAST($until AS TIMESTAMP)
      ORDER BY hash(id) LIMIT ${MOST_MESSAGES})),
  sampled AS MATERIALIZED (SELECT id, "at", features_json FROM decisions WHERE id IN (SELECT id FROM ids)),
  chosen AS MATERIALIZED (SELECT e.key AS feature, e.value AS value, is_now FROM (
    SELECT "at" >= CAST($since AS TIMESTAMP) AS is_now,
      unnest(map_entries(from_json(features_json, '"MAP(VARCHAR, DOUBLE)"'))) AS e FROM sampled)),
  edges AS (SELECT feature, list_distinct(quantile_cont(value, [${quantiles().join(', ')}])) AS edges
    FROM chosen WHERE NOT is_now AND value IS NOT NULL GROUP BY 1),
  binned AS (SELECT c.feature AS feature, c.is_now AS is_now,
      CASE WHEN c.value IS NULL OR e.edges IS NULL THEN -1 ELSE len(list_filter(e.edges, lambda x: c.value > x)) END AS bin
    FROM chosen c LEFT JOIN edges e ON e.feature = c.feature)
  SELECT feature, bin, count(*) FILTER (NOT is_now) AS before, count(*) FILTER (is_now) AS now FROM binned GROUP BY 1, 2`;

function quantiles(): number[] {
  return Array.from({ length: BINS - 1 }, (_, i) => (i + 1) / BINS);
}

/**
 * How far the features of now are from those of the first days of the ledger. Null where those days reach into now, or either side has too
 * few messages. `groupOf` gives the group of a feature; features that it does not know are left out.
 */
export async function driftOf(
  data: LedgerData,
  { since, until }: { readonly since: Date; readonly until: Date },
  groupOf: ReadonlyMap<string, string>,
): Promise<Drift | null> {
  const [first] = await data.query<{ first: number | bigint | null }>(
    'SELECT min(epoch_ms("at")) AS first FROM decisions',
  );
  if (first?.first === null || first === undefined) return null;
  const start = new Date(Number(first.first));
  const end = new Date(start.getTime() + REFERENCE_DAYS * 86_400_000);
  if (end > since) return null;
  const bounds = { since: stamp(since), until: stamp(until), referenceUntil: stamp(end) };
  const messages = await countMessages(data, bounds);
  if (messages.before < LEAST_MESSAGES || messages.now < LEAST_MESSAGES) return null;
  const features = indexes(await data.query<BinRow>(SQL, bounds));
  return {
    reference: { since: start, until: end, messages: messages.before },
    messages: messages.now,
    groups: groupsOf(features, groupOf),
    features,
  };
}

async function countMessages(data: LedgerData, bounds: Record<string, string>) {
  const [row] = await data.query<{ before: number | bigint; now: number | bigint }>(
    `SELECT count(*) FILTER ("at" < CAST($referenceUntil AS TIMESTAMP)) AS before,
       count(*) FILTER ("at" >= CAST($since AS TIMESTAMP) AND "at" < CAST($until AS TIMESTAMP)) AS now FROM decisions`,
    bounds,
  );
  return { before: Number(row?.before ?? 0), now: Number(row?.now ?? 0) };
}

function indexes(rows: readonly BinRow[]): FeatureDrift[] {
  return [...Map.groupBy(rows, ({ feature }) => feature)]
    .map(([feature, bins]) => ({
      feature,
      index: stabilityIndex(
        bins.map(({ before }) => Number(before)),
        bins.map(({ now }) => Number(now)),
      ),
    }))
    .sort((a, b) => b.index - a.index || (a.feature < b.feature ? -1 : 1));
}

/**
 * Population stability index of two histograms over the same bins: the sum of (p − q) · ln(p / q), which is Jeffreys' divergence (Yurdakul,
 * Statistical properties of population stability index, 2018). 0.1 is taken for a small shift, 0.25 for a great one. Half a
 * count is added to each bin: an empty one would make it infinite.
 */
export function stabilityIndex(before: readonly number[], now: readonly number[]): number {
  const shares = (counts: readonly number[]) => {
    const all = counts.reduce((sum, count) => sum + count + 0.5, 0);
    return counts.map((count) => (count + 0.5) / all);
  };
  const [p, q] = [shares(now), shares(before)];
  return p.reduce((sum, share, i) => sum + (share - (q[i] ?? 0)) * Math.log(share / (q[i] ?? 1)), 0);
}

/** The features are in falling order, so the first of a group is its greatest. */
function groupsOf(features: readonly FeatureDrift[], groupOf: ReadonlyMap<string, string>): GroupDrift[] {
  const groups = new Map<string, GroupDrift>();
  for (const { feature, index } of features) {
    const group = groupOf.get(feature);
    if (group !== undefined && !groups.has(group)) groups.set(group, { group, index, feature });
  }
  return [...groups.values()];
}

function stamp(date: Date): string {
  return date.toISOString().slice(0, -1);
}
