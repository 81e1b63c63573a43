import type { Feature } from '../feature.ts';
import type { Model } from '../model.ts';
import { checkFits, ModelError, readCard, readModelFile } from './card.ts';
import { judge, type Parts } from './judge.ts';
import { openSession, TEXT_GRAPH, TREES_GRAPH } from './session.ts';
import { parseTrees } from './tree-file.ts';
import { explain } from './tree-shap.ts';

/** What the running version measures; a model made for anything else is refused. */
export interface ModelSchema {
  readonly schemaHash: string;
  readonly features: readonly Pick<Feature, 'name'>[];
}

/** The end of every refusal: what can be done about it. */
const ADVICE =
  'put a whole model there (models/train makes one), or judge by rules alone: detect.model: null, or detect.allowDegraded: true';

/**
 * The model of a folder, ready to judge. Throws ModelError, with the path and what to do, where a file is missing, is not
 * the one that the card names, or was made for other features or grams.
 */
export async function loadModel(folder: string, schema: ModelSchema): Promise<Model> {
  try {
    return await load(folder, schema);
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    throw new ModelError(`${error.message}; ${ADVICE}`, { cause: error });
  }
}

async function load(folder: string, schema: ModelSchema): Promise<Model> {
  const card = await readCard(folder);
  checkFits(card, folder, schema.schemaHash);
  const names = schema.features.map((feature) => feature.name);
  if (card.features.join() !== names.join()) {
    throw new ModelError(`${folder}: the card names other features than the schema of the same hash`);
  }
  const trees = parseTrees(await readModelFile(folder, card, 'trees.json'), folder, names.length + 1);
  const text = await openSession(
    folder,
    'text.onnx',
    await readModelFile(folder, card, 'text.onnx'),
    TEXT_GRAPH,
  );
  const treeSession = await openSession(
    folder,
    'trees.onnx',
    await readModelFile(folder, card, 'trees.onnx'),
    TREES_GRAPH,
  );
  const parts: Parts = { card, names, text, trees: treeSession, explainer: explain(trees, names.length + 1) };
  return {
    id: `${card.name}@${card.version}`,
    judge: (input) => judge(input, parts),
    async close() {
      await text.release();
      await treeSession.release();
    },
  };
}
