/** One decision tree in arrays by node; leaves have left = -1. A row goes left where its value is at most the threshold. */
export interface Tree {
  readonly feature: readonly number[];
  readonly threshold: readonly number[];
  readonly left: readonly number[];
  readonly right: readonly number[];
  /** 1 where a missing value (NaN) goes left. */
  readonly missingLeft: readonly number[];
  /** Training rows that came through the node. */
  readonly count: readonly number[];
  /** Leaves only: what the leaf adds to the score. */
  readonly value: readonly number[];
}

/** Trees made ready for contributions. */
export interface Explainer {
  /** Mean score over the training rows: what remains when no feature is known. */
  readonly expected: number;
  /** Contribution of each feature; with `expected` they sum to the trees' score of the row. */
  contributions(features: Float32Array): Float64Array;
}

/** What a path to a leaf asks of one feature: all its splits on that feature together. */
interface Condition {
  readonly feature: number;
  /** Exclusive. */
  readonly above: number;
  /** Inclusive. */
  readonly upTo: number;
  readonly missingFits: boolean;
  /** Share of the training rows that go the path's way at its splits on this feature (a product where there are several). */
  readonly share: number;
}

interface Leaf {
  readonly value: number;
  readonly conditions: readonly Condition[];
}

/**
 * Gauss-Legendre on [0, 1]. Five points integrate polynomials up to degree 9 exactly, so leaves may ask of up to 10 features.
 */
const POINTS = [
  0.046910077030668004, 0.23076534494715845, 0.5, 0.7692346550528415, 0.953089922969332,
] as const;
const WEIGHTS = [
  0.11846344252809454, 0.23931433524968324, 0.28444444444444444, 0.23931433524968324, 0.11846344252809454,
] as const;
const MOST_CONDITIONS = 2 * POINTS.length;

/**
 * Exact path-dependent SHAP values (Lundberg et al. 2020, "From local explanations to global understanding", algorithm 2), the
 * same as LightGBM's pred_contrib, by a shorter way. A leaf is a product game: with S known, it gives
 * value · Π_{j∈S} fits_j · Π_{j∉S} share_j. The Shapley value of i in it is
 * value · (fits_i − share_i) · ∫₀¹ Π_{j≠i} ((1−t)·share_j + t·fits_j) dt, and the integrand is a polynomial, so a fixed
 * quadrature is exact. Throws where a leaf asks of more features than the quadrature is exact for.
 */
export function explain(trees: readonly Tree[], features: number): Explainer {
  const leaves = trees.flatMap((tree) => leavesOf(tree));
  const deepest = leaves.reduce((most, leaf) => Math.max(most, leaf.conditions.length), 0);
  if (deepest > MOST_CONDITIONS) {
    throw new Error(`a leaf asks of ${deepest} features; at most ${MOST_CONDITIONS} are explained exactly`);
  }
  const table = flatten(leaves);
  return {
    expected: leaves.reduce((sum, leaf) => sum + leaf.value * shareOf(leaf), 0),
    contributions(row) {
      const sums = new Float64Array(features);
      addLeaves(table, row, sums);
      return sums;
    },
  };
}

function shareOf(leaf: Leaf): number {
  return leaf.conditions.reduce((product, condition) => product * condition.share, 1);
}

/** The conditions of all leaves in one row of typed arrays: ten times the speed of objects, and this runs for every message. */
interface LeafTable {
  readonly value: Float64Array;
  /** First condition of each leaf, and the end of the last. */
  readonly start: Int32Array;
  readonly feature: Int32Array;
  readonly above: Float64Array;
  readonly upTo: Float64Array;
  readonly missingFits: Uint8Array;
  readonly share: Float64Array;
  /**
   * What a leaf adds to each of its features, by leaf and by which conditions fit (a bit each): nothing else of a row matters to it.
   * Filled as rows come; leaves of six features, as trained, need 2 MB if every way through every tree is seen.
   */
  readonly added: readonly (Float64Array | undefined)[][];
}

function flatten(leaves: readonly Leaf[]): LeafTable {
  const conditions = leaves.flatMap((leaf) => leaf.conditions);
  const start = new Int32Array(leaves.length + 1);
  for (const [i, leaf] of leaves.entries()) start[i + 1] = (start[i] ?? 0) + leaf.conditions.length;
  return {
    value: Float64Array.from(leaves, (leaf) => leaf.value),
    start,
    feature: Int32Array.from(conditions, (condition) => condition.feature),
    above: Float64Array.from(conditions, (condition) => condition.above),
    upTo: Float64Array.from(conditions, (condition) => condition.upTo),
    missingFits: Uint8Array.from(conditions, (condition) => (condition.missingFits ? 1 : 0)),
    share: Float64Array.from(conditions, (condition) => condition.share),
    added: leaves.map(() => []),
  };
}

function addLeaves(table: LeafTable, row: Float32Array, sums: Float64Array): void {
  const { start, feature, added } = table;
  for (let leaf = 0; leaf < added.length; leaf++) {
    const first = start[leaf] ?? 0;
    const end = start[leaf + 1] ?? 0;
    let fits = 0;
    for (let at = first; at < end; at++) fits |= fitsAt(table, at, row) << (at - first);
    const known = added[leaf];
    if (known === undefined) continue;
    let terms = known[fits];
    if (terms === undefined) {
      terms = termsOf(table, leaf, fits);
      known[fits] = terms;
    }
    for (let at = first; at < end; at++) {
      const column = feature[at] ?? 0;
      sums[column] = (sums[column] ?? 0) + (terms[at - first] ?? 0);
    }
  }
}

/** What a leaf adds to the features of its conditions, of which those of `fits` hold. */
function termsOf(table: LeafTable, leaf: number, fits: number): Float64Array {
  const first = table.start[leaf] ?? 0;
  const terms = new Float64Array((table.start[leaf + 1] ?? 0) - first);
  const products = Float64Array.from(WEIGHTS);
  for (let i = 0; i < terms.length; i++) {
    const share = table.share[first + i] ?? 0;
    for (let q = 0; q < POINTS.length; q++)
      products[q] = (products[q] ?? 0) * factor(share, (fits >> i) & 1, q);
  }
  for (let i = 0; i < terms.length; i++) {
    const fit = (fits >> i) & 1;
    const share = table.share[first + i] ?? 0;
    let integral = 0;
    for (let q = 0; q < POINTS.length; q++) integral += (products[q] ?? 0) / factor(share, fit, q);
    terms[i] = (table.value[leaf] ?? 0) * (fit - share) * integral;
  }
  return terms;
}

function fitsAt(table: LeafTable, at: number, row: Float32Array): 0 | 1 {
  const value = row[table.feature[at] ?? 0] ?? Number.NaN;
  if (Number.isNaN(value)) return table.missingFits[at] === 1 ? 1 : 0;
  return value > (table.above[at] ?? 0) && value <= (table.upTo[at] ?? 0) ? 1 : 0;
}

/** Never 0: the point is inside (0, 1) and shares are above 0, because every node had training rows. */
function factor(share: number, fit: number, q: number): number {
  const t = POINTS[q] ?? 0;
  return (1 - t) * share + t * fit;
}

function leavesOf(tree: Tree): Leaf[] {
  const leaves: Leaf[] = [];
  walk(tree, 0, [], leaves);
  return leaves;
}

function walk(tree: Tree, node: number, conditions: readonly Condition[], leaves: Leaf[]): void {
  const left = at(tree.left, node);
  if (left < 0) {
    leaves.push({ value: at(tree.value, node), conditions });
    return;
  }
  const right = at(tree.right, node);
  const threshold = at(tree.threshold, node);
  const missingLeft = at(tree.missingLeft, node) === 1;
  const feature = at(tree.feature, node);
  const rows = at(tree.count, node);
  const toLeft = {
    feature,
    above: -Infinity,
    upTo: threshold,
    missingFits: missingLeft,
    share: at(tree.count, left) / rows,
  };
  const toRight = {
    feature,
    above: threshold,
    upTo: Infinity,
    missingFits: !missingLeft,
    share: at(tree.count, right) / rows,
  };
  walk(tree, left, withCondition(conditions, toLeft), leaves);
  walk(tree, right, withCondition(conditions, toRight), leaves);
}

function withCondition(conditions: readonly Condition[], added: Condition): Condition[] {
  const before = conditions.find((condition) => condition.feature === added.feature);
  if (before === undefined) return [...conditions, added];
  const both: Condition = {
    feature: added.feature,
    above: Math.max(before.above, added.above),
    upTo: Math.min(before.upTo, added.upTo),
    missingFits: before.missingFits && added.missingFits,
    share: before.share * added.share,
  };
  return conditions.map((condition) => (condition === before ? both : condition));
}

function at(numbers: readonly number[], index: number): number {
  const number = numbers[index];
  if (number === undefined) throw new Error(`a tree has no node ${index}`);
  return number;
}
