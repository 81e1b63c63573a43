import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ModelSchema } from '../../../src/detect/models/load.ts';

/** Folder of the model that comes with the package. */
export const SHIPPED = fileURLToPath(new URL('../../../models/postern-1/', import.meta.url));

/** The schema that a model folder was made for, whatever this version measures. */
export async function schemaOf(folder: string): Promise<ModelSchema> {
  const card: { schemaHash: string; features: string[] } = JSON.parse(
    await readFile(join(folder, 'card.json'), 'utf8'),
  );
  return { schemaHash: card.schemaHash, features: card.features.map((name) => ({ name })) };
}
