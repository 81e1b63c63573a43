import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { explain, type Tree } from '../../../src/detect/models/tree-shap.ts';

const FEATURES = 4;

/** Score of a tree for a row when only the features of `known` count: unknown splits are followed both ways, by share of rows. */
function worthOf(tree: Tree, row: Float32Array, known: ReadonlySet<number>, node = 0): number {
  const left = tree.left[node] ?? -1;
  if (left < 0) return tree.value[node] ?? 0;
  const right = tree.right[node] ?? -1;
  const feature = tree.feature[node] ?? 0;
  if (!known.has(feature)) {
    const share = (tree.count[left] ?? 0) / (tree.count[node] ?? 1);
    return share * worthOf(tree, row, known, left) + (1 - share) * worthOf(tree, row, known, right);
  }
  const value = row[feature] ?? Number.NaN;
  const goesLeft = Number.isNaN(value) ? tree.missingLeft[node] === 1 : value <= (tree.threshold[node] ?? 0);
  return worthOf(tree, row, known, goesLeft ? left : right);
}

/** Shapley values from their definition, over all orders of the features. */
function byDefinition(trees: readonly Tree[], row: Float32Array): number[] {
  const orders = permutations(Array.from({ length: FEATURES }, (_, i) => i));
  const sums = new Array<number>(FEATURES).fill(0);
  for (const order of orders) {
    const known = new Set<number>();
    for (const feature of order) {
      const before = trees.reduce((sum, tree) => sum + worthOf(tree, row, known), 0);
      known.add(feature);
      const after = trees.reduce((sum, tree) => sum + worthOf(tree, row, known), 0);
      sums[feature] = (sums[feature] ?? 0) + (after - before) / orders.length;
    }
  }
  return sums;
}

function permutations(items: readonly number[]): number[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item) =>
    permutations(items.filter((other) => other !== item)).map((rest) => [item, ...rest]),
  );
}

interface Node {
  readonly feature: number;
  readonly threshold: number;
  readonly missingLeft: boolean;
  readonly left: Node | Leaf;
  readonly right: Node | Leaf;
}
interface Leaf {
  readonly value: number;
  readonly rows: number;
}

const leaf: fc.Arbitrary<Leaf> = fc.record({
  value: fc.double({ min: -2, max: 2, noNaN: true }),
  rows: fc.integer({ min: 1, max: 50 }),
});
const { node } = fc.letrec<{ node: Node | Leaf }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 5, depthIdentifier: 'tree' },
    leaf,
    fc.record({
      feature: fc.nat(FEATURES - 1),
      threshold: fc.integer({ min: -3, max: 3 }),
      missingLeft: fc.boolean(),
      left: tie('node'),
      right: tie('node'),
    }),
  ),
}));

function flat(root: Node | Leaf): Tree {
  const tree = {
    feature: [0],
    threshold: [0],
    left: [-1],
    right: [-1],
    missingLeft: [0],
    count: [0],
    value: [0],
  };
  function put(at: number, one: Node | Leaf): number {
    if ('value' in one) {
      tree.value[at] = one.value;
      tree.count[at] = one.rows;
      return one.rows;
    }
    tree.feature[at] = one.feature;
    tree.threshold[at] = one.threshold;
    tree.missingLeft[at] = one.missingLeft ? 1 : 0;
    tree.left[at] = grow();
    tree.right[at] = grow();
    const rows = put(tree.left[at] ?? 0, one.left) + put(tree.right[at] ?? 0, one.right);
    tree.count[at] = rows;
    return rows;
  }
  function grow(): number {
    for (const column of [tree.feature, tree.threshold, tree.missingLeft, tree.count, tree.value])
      column.push(0);
    tree.right.push(-1);
    return tree.left.push(-1) - 1;
  }
  put(0, root);
  return tree;
}

const row = fc
  .array(fc.oneof(fc.integer({ min: -4, max: 4 }), fc.constant(Number.NaN)), {
    minLength: FEATURES,
    maxLength: FEATURES,
  })
  .map((values) => Float32Array.from(values));

describe('contributions of trees', () => {
  test('are the Shapley values of the definition, also with repeated features and missing values', () => {
    fc.assert(
      fc.property(fc.array(node.map(flat), { minLength: 1, maxLength: 3 }), row, (trees, values) => {
        const explainer = explain(trees, FEATURES);
        const contributions = explainer.contributions(values);
        for (const [i, wanted] of byDefinition(trees, values).entries())
          expect(contributions[i]).toBeCloseTo(wanted, 9);
      }),
      { numRuns: 150 },
    );
  });

  test('and the expected score sum to the score of the row', () => {
    fc.assert(
      fc.property(fc.array(node.map(flat), { minLength: 1, maxLength: 5 }), row, (trees, values) => {
        const explainer = explain(trees, FEATURES);
        const sum = explainer.contributions(values).reduce((total, one) => total + one, explainer.expected);
        const all = new Set(Array.from({ length: FEATURES }, (_, i) => i));
        expect(sum).toBeCloseTo(
          trees.reduce((total, tree) => total + worthOf(tree, values, all), 0),
          9,
        );
      }),
    );
  });

  test('are exact for ten features on a path, and refused for eleven', () => {
    const ten = explain([chain(10)], 11);
    const row = new Float32Array(11).fill(1);
    const sum = ten.contributions(row).reduce((total, one) => total + one, ten.expected);
    expect(sum).toBeCloseTo(1, 12);
    expect(() => explain([chain(11)], 11)).toThrow('asks of 11 features');
  });
});

/** A tree with one path that asks of each feature in turn; only its end is worth 1. */
function chain(length: number): Tree {
  let root: Node | Leaf = { value: 1, rows: 1 };
  for (let feature = length - 1; feature >= 0; feature--) {
    root = { feature, threshold: 0, missingLeft: true, left: { value: 0, rows: 1 }, right: root };
  }
  return flat(root);
}
