import { type FoldFacts, type Known, readDataset, readFold, readFolds } from '../evaluate/read.ts';
import { Whole } from '../evaluate/whole.ts';
import { type FoldFigures, groupLosses, type Loss, variantFigures } from './groups.ts';
import { readAblation } from './read.ts';
import { type Recommendation, recommend } from './recommend.ts';
import { type JudgedFold, type RuleReport, ruleReports } from './rules.ts';

export interface AblationReport {
  readonly learnAtMost: number;
  readonly folds: readonly { readonly name: string; readonly about: string }[];
  /** With all groups, fitted on the sample. */
  readonly baseline: readonly FoldFigures[];
  readonly groups: readonly Loss[];
  readonly rules: readonly RuleReport[];
  readonly recommendation: Recommendation;
}

/** What each group of evidence and each rule adds, out of the files that judge.py and ablate.py wrote. */
export async function ablate(dataset: string): Promise<AblationReport> {
  const { known, rules } = await readDataset(dataset);
  const ablation = await readAblation(dataset, known);
  const { folds, fusion } = await readFolds(dataset);
  const all = new Whole(rules, ablation.fusions[0] ?? fusion);
  return {
    learnAtMost: ablation.learnAtMost,
    folds: ablation.folds.map(({ name, about }) => ({ name, about })),
    baseline: variantFigures(ablation, rules, 0),
    groups: groupLosses(ablation, rules),
    rules: ruleReports(rules, await heldOut(dataset, folds, known), fusion),
    recommendation: recommend(ablation, all),
  };
}

/** Folds whose sources training never saw. */
function heldOut(
  dataset: string,
  folds: readonly FoldFacts[],
  known: readonly Known[],
): Promise<JudgedFold[]> {
  const chosen = folds.filter(({ kind }) => kind === 'compass' || kind === 'invented');
  return Promise.all(chosen.map(async ({ name }) => ({ name, said: await readFold(dataset, name, known) })));
}
