import { join } from 'node:path';
import { z } from 'zod';
import type { Fusion } from '../../detect/fusion.ts';
import { Mistake } from '../../mistake.ts';
import { type FoldFacts, fusionSchema, type Known, readJson, readLines, rowOf } from '../evaluate/read.ts';

const ablationSchema = z.object({
  without: z.array(z.string()),
  learnAtMost: z.number(),
  groups: z.array(z.string()),
  fusions: z.array(fusionSchema),
  folds: z.array(z.object({ name: z.string(), kind: z.string(), about: z.string() })),
});

const lineSchema = z.object({
  row: z.number(),
  logits: z.array(z.number()),
  parts: z.array(z.number()),
  states: z.string(),
});

/** A judged message: what becomes of its logit, and what each group had to say. */
export interface Ablated {
  readonly message: Known;
  /** Calibrated, without rules: with all groups, then without each. */
  readonly logits: readonly number[];
  /** What each group adds to the first logit; the text last. */
  readonly parts: readonly number[];
  /** A letter per group: m missing, e empty (there was nothing to look at), v has values. */
  readonly states: string;
}

export interface AblatedFold extends FoldFacts {
  readonly messages: readonly Ablated[];
}

export interface Ablation {
  readonly learnAtMost: number;
  readonly groups: readonly string[];
  /** How rules count beside the trees with all groups, and without each. */
  readonly fusions: readonly Fusion[];
  readonly folds: readonly AblatedFold[];
}

/** What ablate.py wrote. Throws Mistake where it does not fit the dataset or itself. */
export async function readAblation(dataset: string, known: readonly Known[]): Promise<Ablation> {
  const folder = join(dataset, 'ablation');
  const { groups, fusions, learnAtMost, folds } = await readJson(
    join(folder, 'ablation.json'),
    ablationSchema,
  );
  if (fusions.length !== groups.length + 1)
    throw new Mistake(`${folder}: there are ${fusions.length} fusions for ${groups.length} groups`);
  const read: AblatedFold[] = [];
  for (const fold of folds) {
    const path = join(folder, `${fold.name}.ndjson`);
    const messages = (await readLines(path, lineSchema)).map(({ row, ...line }) => {
      if (line.logits.length !== groups.length + 1 || line.states.length !== groups.length)
        throw new Mistake(`${path}: row ${row} does not speak of ${groups.length} groups`);
      return { ...line, message: rowOf(known, row, path) };
    });
    read.push({ ...fold, messages });
  }
  return { groups, fusions, learnAtMost, folds: read };
}
