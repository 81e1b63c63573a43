import type { Feature } from '../../detect/feature.ts';
import { FEATURES } from '../../detect/features/schema.ts';
import { openLineage } from '../../lab/lineage/open.ts';
import { type Lineage, lineagesNamed } from '../../lab/lineage/tree.ts';
import { scopeWithin } from '../efficacy/allowed.ts';
import { type Computed, ledgerDesk } from '../efficacy/ledger-desk.ts';
import { asked } from '../efficacy/operations.ts';
import type { ConsoleParts } from '../parts.ts';
import type { Principal } from '../principal.ts';
import { Refusal } from '../refusal.ts';
import { VALUES } from './queries.ts';

/** Days of which a distribution is; of these, a sample. */
export const FEATURE_DAYS = 7;
const BINS = 12;

export interface Bin {
  readonly from: number;
  readonly to: number;
  readonly messages: number;
}

export interface Distribution {
  readonly messages: number;
  readonly missing: number;
  readonly bins: readonly Bin[];
}

export interface FeatureDetail {
  readonly feature: Feature;
  readonly lineage: Lineage | null;
  readonly distribution: Computed<Distribution>;
}

/** All features of the schema; they say nothing of anybody's mail. Throws Refusal for recipients. */
export function listFeatures(principal: Principal): readonly Feature[] {
  scopeWithin(principal, null);
  return FEATURES;
}

/** A feature, what depends on it, and its values of late in the mail that the principal sees. Throws Refusal. */
export async function featureOf(
  parts: ConsoleParts,
  principal: Principal,
  name: string,
): Promise<FeatureDetail> {
  const scope = scopeWithin(principal, null);
  const feature = FEATURES.find((one) => one.name === name);
  if (feature === undefined) throw new Refusal('missing', 'There is no such feature.');
  const distribution = await asked(() =>
    ledgerDesk(parts).answer({
      name: 'feature',
      details: [name],
      days: FEATURE_DAYS,
      scope,
      ask: async (data) => distributionOf(await data.query<ValueRow>(VALUES, { feature: name })),
    }),
  );
  const graph = await openLineage(parts.config());
  const id = `feature:${name}`;
  return {
    feature,
    lineage: graph.nodes.has(id) ? (lineagesNamed(graph, id)[0] ?? null) : null,
    distribution,
  };
}

interface ValueRow {
  readonly value: number | null;
  readonly messages: number;
}

/** Bins of equal width from the least to the greatest value that there is. */
export function distributionOf(rows: readonly ValueRow[]): Distribution {
  const messages = rows.reduce((sum, row) => sum + row.messages, 0);
  const known = rows.flatMap(({ value, messages: count }) => (value === null ? [] : [{ value, count }]));
  const missing = messages - known.reduce((sum, { count }) => sum + count, 0);
  if (known.length === 0) return { messages, missing, bins: [] };
  const values = known.map(({ value }) => value);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const count = most === least ? 1 : BINS;
  const width = (most - least) / count;
  const bins = Array.from({ length: count }, (_, i) => ({
    from: least + i * width,
    to: least + (i + 1) * width,
    messages: 0,
  }));
  for (const one of known) {
    const bin = bins[width === 0 ? 0 : Math.min(count - 1, Math.floor((one.value - least) / width))];
    if (bin !== undefined) bin.messages += one.count;
  }
  return { messages, missing, bins };
}
