import { join } from 'node:path';
import { z } from 'zod';
import { ModelError } from './card.ts';
import type { Tree } from './tree-shap.ts';

const integers = z.array(z.number().int());
const bits = z.array(z.number().int().min(0).max(1));

const treeSchema = z.object({
  feature: integers,
  threshold: z.array(z.number()),
  left: integers,
  right: integers,
  missingLeft: bits,
  count: z.array(z.number().int().positive()),
  value: z.array(z.number()),
});

/** The trees of trees.json over `features` columns. Throws ModelError where they are not whole trees over those. */
export function parseTrees(bytes: Buffer, folder: string, features: number): Tree[] {
  const path = join(folder, 'trees.json');
  let json: unknown;
  try {
    json = JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw new ModelError(`${path}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
  const parsed = z.array(treeSchema).min(1).safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new ModelError(`${path}: ${issue?.path.join('.')}: ${issue?.message}`);
  }
  for (const [number, tree] of parsed.data.entries()) {
    const fault = faultOf(tree, features);
    if (fault !== null) throw new ModelError(`${path}: tree ${number}: ${fault}`);
  }
  return parsed.data;
}

function faultOf(tree: Tree, features: number): string | null {
  const nodes = tree.left.length;
  if (nodes === 0) return 'has no node';
  if (Object.values(tree).some((column: readonly number[]) => column.length !== nodes))
    return 'has columns of different lengths';
  if (tree.feature.some((feature) => feature < 0 || feature >= features))
    return `asks of a feature beyond ${features}`;
  // Children come after their parent, so that walking down always ends.
  const ends = tree.left.every(
    (left, node) => left < 0 || (left > node && left < nodes && isAfter(tree.right[node], node, nodes)),
  );
  return ends ? null : 'has a child that is not after its parent';
}

function isAfter(child: number | undefined, node: number, nodes: number): boolean {
  return child !== undefined && child > node && child < nodes;
}
