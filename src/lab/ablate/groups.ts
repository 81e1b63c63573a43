import { CATEGORIES } from '../../detect/category.ts';
import type { Fusion } from '../../detect/fusion.ts';
import { ladderOf } from '../evaluate/evaluate.ts';
import { auc, recallAt } from '../evaluate/ladder.ts';
import type { Known, RuleFacts } from '../evaluate/read.ts';
import { Whole } from '../evaluate/whole.ts';
import type { Ablated, Ablation } from './read.ts';

/** Recall is compared at this false positive rate. */
export const RATE = 0.01;

/** ROC AUC and recall at RATE of the whole detector in one fold. */
export interface FoldFigures {
  readonly fold: string;
  readonly auc: number;
  readonly recall: number;
}

/** What becomes of the figures when something is taken away. */
export interface Loss {
  readonly what: string;
  /** Mean over the folds, each weighing the same: figures with it minus figures without. */
  readonly auc: number;
  readonly recall: number;
  readonly folds: readonly FoldFigures[];
}

interface Judged {
  readonly message: Known;
  readonly logit: number;
}

export function figuresOf(fold: string, judged: readonly Judged[]): FoldFigures {
  const { counts } = ladderOf(judged);
  return { fold, auc: auc(counts), recall: recallAt(counts, RATE) };
}

/** With minus without, fold by fold and on average. */
export function loss(what: string, whole: readonly FoldFigures[], without: readonly FoldFigures[]): Loss {
  const folds = whole.map(({ fold, ...figures }, i) => ({
    fold,
    auc: figures.auc - (without[i]?.auc ?? Number.NaN),
    recall: figures.recall - (without[i]?.recall ?? Number.NaN),
  }));
  return {
    what,
    auc: mean(folds.map((one) => one.auc)),
    recall: mean(folds.map((one) => one.recall)),
    folds,
  };
}

/** Groups of features, those that add most first. Each was taken from the trees before they were fitted; text and rules stay. */
export function groupLosses(ablation: Ablation, rules: readonly RuleFacts[]): Loss[] {
  const all = variantFigures(ablation, rules, 0);
  return ablation.groups
    .map((group, i) => loss(group, all, variantFigures(ablation, rules, i + 1)))
    .sort(byWorth);
}

/** Of the trees with all groups (0), or without one. */
export function variantFigures(
  { folds, fusions }: Ablation,
  rules: readonly RuleFacts[],
  variant: number,
): FoldFigures[] {
  const whole = new Whole(rules, fusions[variant] ?? NO_RULES);
  return folds.map(({ name, messages }) =>
    figuresOf(
      name,
      messages.map((one) => whole.score(said(one, variant))),
    ),
  );
}

const NO_RULES: Fusion = { rules: 0, most: 0 };

/** No category is asked for here, so all have the same share. */
const CATEGORY_SHARES = CATEGORIES.map(() => 1 / CATEGORIES.length);

export function said({ message, logits }: Ablated, variant: number) {
  return { message, logit: logits[variant] ?? Number.NaN, categories: CATEGORY_SHARES };
}

export function byWorth(a: Loss, b: Loss): number {
  return b.recall - a.recall || b.auc - a.auc || (a.what < b.what ? -1 : 1);
}

function mean(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / values.length;
}
