import { CATEGORIES } from '../../detect/category.ts';
import type { Fusion } from '../../detect/fusion.ts';
import { Mistake } from '../../mistake.ts';
import { type Figures, figures, LEAST_HAM, RATES } from './interval.ts';
import { auc, type Counts, type Ladder, ladder, recallAt, rocPoints, sum } from './ladder.ts';
import {
  type FoldFacts,
  type FoldsFacts,
  type Known,
  type OutOfFold,
  readDataset,
  readFold,
  readFolds,
} from './read.ts';
import { type Bin, reliability } from './reliability.ts';
import { type AtThresholds, atThresholds, logits, type Slice, slices, type Thresholds } from './slices.ts';
import { type Scored, Whole } from './whole.ts';

/** ROC AUC and recall at 1 % false positives, without limits. */
export interface Part {
  readonly auc: number;
  /** Null where too few legitimate messages can tell that rate from luck. */
  readonly recall: number | null;
}

export interface FoldReport extends FoldFacts {
  readonly whole: Figures;
  readonly modelAlone: Part;
  readonly rulesAlone: Part;
  readonly ham: AtThresholds;
  readonly unwanted: AtThresholds;
}

export interface EvaluationReport {
  readonly messages: number;
  readonly schemaHash: string;
  readonly rules: number;
  readonly leftOut: readonly string[];
  readonly duplicates: FoldsFacts['duplicates'];
  readonly calibration: FoldsFacts['calibration'];
  /** How rules count beside the model. */
  readonly fusion: Fusion;
  readonly thresholds: Thresholds;
  readonly folds: readonly FoldReport[];
  /** Of the compass: real mail from sources that training never saw. */
  readonly real: {
    readonly category: readonly Slice[];
    readonly source: readonly Slice[];
    readonly language: readonly Slice[];
    readonly year: readonly Slice[];
    readonly kind: readonly Slice[];
  };
  /** Of each fold with invented mail. */
  readonly invented: readonly InventedReport[];
  readonly reliability: readonly Bin[];
}

export interface InventedReport {
  readonly fold: string;
  readonly category: readonly Slice[];
  readonly language: readonly Slice[];
  /** Of the legitimate mail. */
  readonly kind: readonly Slice[];
}

/** What the plots are drawn from. */
export interface Curves {
  readonly roc: readonly { readonly fold: FoldFacts; readonly points: ReturnType<typeof rocPoints> }[];
  /** Logits of the compass. */
  readonly ham: Float64Array;
  readonly unwanted: Float64Array;
}

export interface EvaluateOptions {
  readonly dataset: string;
  readonly thresholds: Thresholds;
}

interface Judged {
  readonly facts: FoldFacts;
  readonly said: readonly OutOfFold[];
  readonly scored: readonly Scored[];
}

/** All figures of a dataset whose folds were judged (judge.py). The same files give the same figures. */
export async function evaluate(
  options: EvaluateOptions,
): Promise<{ report: EvaluationReport; curves: Curves }> {
  const { dataset, thresholds } = options;
  const facts = await readDataset(dataset);
  const folds = await readFolds(dataset);
  checkCategories(folds.categories);
  const whole = new Whole(facts.rules, folds.fusion);
  const judged: Judged[] = [];
  for (const fold of folds.folds) {
    const said = await readFold(dataset, fold.name, facts.known);
    judged.push({ facts: fold, said, scored: said.map((one) => whole.score(one)) });
  }
  const compass = judged.filter(({ facts: { kind } }) => kind === 'compass');
  const report = {
    messages: facts.messages,
    schemaHash: facts.schemaHash,
    rules: facts.rules.filter(({ status }) => status === 'active').length,
    leftOut: folds.leftOut,
    duplicates: folds.duplicates,
    calibration: folds.calibration,
    fusion: folds.fusion,
    thresholds,
    folds: judged.map((one) => foldReport(one, whole, thresholds)),
    real: ofReal(scoredOf(compass), thresholds),
    invented: ofInvented(judged, thresholds),
    reliability: reliability(scoredOf(compass), folds.calibration.prior),
  };
  return { report, curves: curves(judged, compass) };
}

function checkCategories(given: readonly string[]): void {
  if (given.join() !== CATEGORIES.join())
    throw new Mistake(`folds.json: the categories are ${given.join(', ')}; we have ${CATEGORIES.join(', ')}`);
}

function scoredOf(judged: readonly Judged[]): (readonly Scored[])[] {
  return judged.map(({ scored }) => scored);
}

function foldReport({ facts, said, scored }: Judged, whole: Whole, thresholds: Thresholds): FoldReport {
  const isUnwanted = (one: Scored) => one.message.unwanted;
  return {
    ...facts,
    whole: figures([ladderOf(scored)]),
    modelAlone: part(ladderOf(said)),
    rulesAlone: part(ladderOf(said.map(({ message }) => whole.scoreByRules(message)))),
    ham: atThresholds(
      scored.filter((one) => !isUnwanted(one)),
      thresholds,
    ),
    unwanted: atThresholds(scored.filter(isUnwanted), thresholds),
  };
}

/** Of anything with a message and its logit. */
export function ladderOf(all: readonly { readonly message: Known; readonly logit: number }[]): Ladder {
  const of = (unwanted: boolean) =>
    Float64Array.from(
      all.filter(({ message }) => message.unwanted === unwanted),
      ({ logit }) => logit,
    );
  return ladder({ ham: of(false), unwanted: of(true) });
}

function part({ counts }: { readonly counts: Counts }): Part {
  const enough = sum(counts.ham) >= LEAST_HAM[0];
  return { auc: auc(counts), recall: enough ? recallAt(counts, RATES[0]) : null };
}

/** Years, in spans within which mail looks alike. */
export function span({ year }: Known): string | null {
  if (year === null) return null;
  if (year < 2005) return 'before 2005';
  if (year < 2015) return '2005–2014';
  return String(year);
}

function ofReal(compass: readonly (readonly Scored[])[], thresholds: Thresholds) {
  const by = (property: (message: Known) => string | null) => slices(compass, property, thresholds);
  return {
    category: by(({ category, unwanted }) => (unwanted ? category : null)),
    source: by(({ source }) => source),
    language: by(({ language }) => language ?? 'not told'),
    year: by(span).sort((a, b) => order(a.value) - order(b.value)),
    kind: by(({ kind }) => kind),
  };
}

function order(years: string): number {
  return years.startsWith('before') ? 0 : Number.parseInt(years, 10);
}

function ofInvented(judged: readonly Judged[], thresholds: Thresholds): InventedReport[] {
  return judged
    .filter(({ facts: { kind } }) => kind === 'invented')
    .map(({ facts, scored }) => {
      const by = (property: (message: Known) => string | null) => slices([scored], property, thresholds);
      return {
        fold: facts.name,
        category: by(({ category, unwanted }) => (unwanted ? category : null)),
        language: by(({ language }) => language ?? 'not told'),
        kind: by(({ kind, unwanted }) => (unwanted ? null : kind)),
      };
    });
}

function curves(judged: readonly Judged[], compass: readonly Judged[]): Curves {
  const all = compass.flatMap(({ scored }) => scored);
  return {
    roc: judged.map(({ facts, scored }) => ({ fold: facts, points: rocPoints(ladderOf(scored).counts) })),
    ham: logits(all.filter(({ message }) => !message.unwanted)),
    unwanted: logits(all.filter(({ message }) => message.unwanted)),
  };
}
