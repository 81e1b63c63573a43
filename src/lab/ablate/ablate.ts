import type { Fusion } from '../../detect/fusion.ts';
import { readDataset, readFold, readFolds } from '../evaluate/read.ts';
import { Whole } from '../evaluate/whole.ts';
import { type FoldFigures, figuresOf, groupLosses, type Loss, said } from './groups.ts';
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
export async function ablate(dataset: string, fusion: Fusion | undefined): Promise<AblationReport> {
  const facts = await readDataset(dataset);
  const whole = new Whole(facts.rules, fusion);
  const ablation = await readAblation(dataset, facts.known);
  return {
    learnAtMost: ablation.learnAtMost,
    folds: ablation.folds.map(({ name, about }) => ({ name, about })),
    baseline: ablation.folds.map(({ name, messages }) =>
      figuresOf(
        name,
        messages.map((one) => whole.score(said(one, 0))),
      ),
    ),
    groups: groupLosses(ablation, whole),
    rules: ruleReports(facts.rules, await heldOut(dataset, facts.known), fusion),
    recommendation: recommend(ablation, whole),
  };
}

/** Folds whose sources training never saw. */
async function heldOut(dataset: string, known: Parameters<typeof readFold>[2]): Promise<JudgedFold[]> {
  const { folds } = await readFolds(dataset);
  const chosen = folds.filter(({ kind }) => kind === 'compass' || kind === 'invented');
  return Promise.all(chosen.map(async ({ name }) => ({ name, said: await readFold(dataset, name, known) })));
}
