import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Config } from '../../config/schema.ts';
import { FEATURES } from '../../detect/features/schema.ts';
import { loadRules } from '../../detect/rules/load.ts';
import { type LineageGraph, lineageOf, type ModelImportance } from './graph.ts';

const cardSchema = z.object({
  name: z.string(),
  version: z.string(),
  importance: z.array(z.object({ feature: z.string(), meanContribution: z.number() })).default([]),
});

/** The lineage of what a configuration runs. Throws RulesMistake, or Error for a card that cannot be read. */
export async function openLineage(config: Pick<Config, 'detect' | 'failures'>): Promise<LineageGraph> {
  const { rules, predicates } = loadRules(config.detect.rules, { onFailure: config.failures.rules });
  const model = config.detect.model === null ? null : await importanceOf(config.detect.model);
  return lineageOf({ features: FEATURES, rules, predicates, model });
}

async function importanceOf(folder: string): Promise<ModelImportance> {
  const path = join(folder, 'card.json');
  const parsed = cardSchema.safeParse(JSON.parse(await readFile(path, 'utf8')));
  if (!parsed.success) throw new Error(`${path}: ${parsed.error.issues[0]?.message}`);
  const { name, version, importance } = parsed.data;
  return {
    id: `${name}@${version}`,
    importance: new Map(importance.map(({ feature, meanContribution }) => [feature, meanContribution])),
  };
}
