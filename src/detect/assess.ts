import { type Evidence, failuresOf } from '../evidence/evidence.ts';
import type { Message } from '../message/message.ts';
import type { Assessment } from './assessment.ts';
import { CATEGORIES, type Category, type VerdictCategory } from './category.ts';
import { byStrength, type FailureOutcome, type Finding, type NotRun, type RuleFinding } from './finding.ts';
import { besideModel } from './fusion.ts';
import type { Model, ModelOpinion } from './model.ts';
import type { RuleInput, RuleOpinion, RuleSet } from './rules/rule-set.ts';

/** What assess asks of a set of rules. */
export interface RuleJudge {
  judge(input: RuleInput): RuleOpinion | Promise<RuleOpinion>;
}

/** What a message is assessed with. */
export interface Detectors<Rules extends RuleJudge = RuleSet> {
  readonly model: Model | null;
  readonly rules: Rules;
  /** Logit of the score before any finding where no model gives one; see PRIOR_BIAS. */
  readonly priorBias: number;
  /** What becomes of a message when the model gave no opinion. */
  readonly modelFailure: FailureOutcome;
}

export interface AssessInput {
  readonly message: Message;
  readonly evidence: Evidence;
  /** In the order of the feature schema. */
  readonly features: Float32Array;
}

/** Without a model one message in twenty is taken for unwanted until something is found: the odds of a gate behind DNS blocklists. */
export const PRIOR_BIAS = -3;

/**
 * The score stays within 1 to 3.3 million of certainty. Beyond, a double no longer tells the logit of the score to nine
 * decimals, so the parts of an explanation could not be checked against it; and no sum of evidence knows that much.
 */
export const MAX_LOGIT = 15;

/** Least share of a category that a model can state: below, a rule could never outvote it. */
const LEAST_SHARE = 1e-6;

/**
 * Hears the detectors and fuses what they say. A detector that fails, or gives anything that is not finite, has no opinion:
 * it is in `notRun`, never a pass. Never throws.
 */
export async function assess(input: AssessInput, detectors: Detectors<RuleJudge>): Promise<Assessment> {
  const { opinion, failure } = await hear(input, detectors);
  const rules = await detectors.rules.judge(input);
  return {
    ...fuse(opinion, rules.findings, detectors.priorBias),
    notRun: [...failuresOf(input.evidence), ...(failure === null ? [] : [failure]), ...rules.notRun],
    model: opinion === null ? null : (detectors.model?.id ?? null),
    forced: rules.forced?.action ?? null,
    ...(rules.forced === null ? {} : { forcedBy: rules.forced.by }),
  };
}

/** The numbers of an assessment. */
export type Fused = Pick<Assessment, 'score' | 'scores' | 'category' | 'bias' | 'findings'>;

/**
 * The logit of the score is the bias plus the weights of the active findings, those of rules as the model wants them beside
 * it (but for those that count whole); a sum beyond MAX_LOGIT is held there by a finding of its own, so the parts still add up.
 *
 * The score is shared out by softmax over `ln p(c) + Σ w`, with p(c) the model's share of category c given that the
 * message is unwanted (equal shares without a model) and w the positive weights of active rules of c, unscaled. Findings
 * of the model do not vote again, nor do those that speak for the sender.
 */
export function fuse(opinion: ModelOpinion | null, rules: readonly RuleFinding[], priorBias: number): Fused {
  const bias = opinion?.bias ?? priorBias;
  const counted = besideModel(rules, opinion?.fusion ?? null);
  const findings = bounded(bias, [...(opinion?.findings ?? []), ...counted]);
  const score = sigmoid(logitOf(bias, findings));
  const scores = shareOut(score, opinion?.categories ?? null, rules);
  return {
    score,
    scores,
    category: score < 0.5 ? 'none' : highest(scores),
    bias,
    findings: findings.sort(byStrength),
  };
}

/** Logit of the score: the bias and the weights of the active findings. */
export function logitOf(bias: number, findings: readonly Finding[]): number {
  return findings.reduce((sum, finding) => (finding.status === 'active' ? sum + finding.weight : sum), bias);
}

export function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}

interface Heard {
  readonly opinion: ModelOpinion | null;
  readonly failure: NotRun | null;
}

async function hear(
  input: AssessInput,
  { model, modelFailure: outcome }: Detectors<RuleJudge>,
): Promise<Heard> {
  if (model === null) return { opinion: null, failure: null };
  try {
    const opinion = await model.judge(input);
    if ('what' in opinion) return { opinion: null, failure: { ...opinion, outcome } };
    if (isSound(opinion)) return { opinion, failure: null };
    return silent(model, 'gave a number that is not finite', outcome);
  } catch (error) {
    return silent(model, error instanceof Error ? error.message : String(error), outcome);
  }
}

function silent(model: Model, detail: string, outcome: FailureOutcome): Heard {
  return { opinion: null, failure: { what: `model:${model.id}`, reason: 'error', detail, outcome } };
}

function isSound(opinion: ModelOpinion): boolean {
  return (
    Number.isFinite(logitOf(opinion.bias, opinion.findings)) &&
    opinion.findings.every((finding) => Number.isFinite(finding.weight)) &&
    CATEGORIES.every((category) => Number.isFinite(opinion.categories[category]))
  );
}

/** Detector of the finding that holds a score at MAX_LOGIT. */
export const BOUND = 'bound:score';

function bounded(bias: number, findings: readonly Finding[]): Finding[] {
  const logit = logitOf(bias, findings);
  if (Math.abs(logit) <= MAX_LOGIT) return [...findings];
  const weight = Math.sign(logit) * MAX_LOGIT - logit;
  const words = 'no evidence makes a score surer than this, so it is held here';
  return [...findings, { detector: BOUND, category: 'none', weight, status: 'active', words }];
}

function shareOut(
  score: number,
  shares: ModelOpinion['categories'] | null,
  votes: readonly Finding[],
): Record<Category, number> {
  const logits = CATEGORIES.map((category) => {
    const share = Math.max(LEAST_SHARE, shares?.[category] ?? 1 / CATEGORIES.length);
    const own = votes.filter((vote) => vote.category === category && vote.weight > 0);
    return own.reduce((sum, vote) => sum + vote.weight, Math.log(share));
  });
  const most = Math.max(...logits);
  const odds = logits.map((logit) => Math.exp(logit - most));
  const total = odds.reduce((sum, value) => sum + value, 0);
  return Object.fromEntries(
    CATEGORIES.map((category, i) => [category, (score * (odds[i] ?? 0)) / total]),
  ) as Record<Category, number>;
}

function highest(scores: Readonly<Record<Category, number>>): VerdictCategory {
  return CATEGORIES.reduce((best, category) => (scores[category] > scores[best] ? category : best));
}
