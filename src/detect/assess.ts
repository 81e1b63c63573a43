import { type Evidence, failuresOf } from '../evidence/evidence.ts';
import type { Message } from '../message/message.ts';
import { type Assessment, DEFAULT_VARIANT, type ModelPart, type ShadowOpinion } from './assessment.ts';
import { CATEGORIES, type Category, type VerdictCategory } from './category.ts';
import { type HeardBeside, hearModels, type Models } from './experiments/hear.ts';
import { byStrength, type Finding, type RuleFinding } from './finding.ts';
import { besideModel } from './fusion.ts';
import type { ModelOpinion } from './model.ts';
import type { RuleInput, RuleOpinion, RuleSet } from './rules/rule-set.ts';

/** What assess asks of a set of rules. */
export interface RuleJudge {
  judge(input: RuleInput): RuleOpinion | Promise<RuleOpinion>;
}

/** What a message is assessed with. */
export interface Detectors<Rules extends RuleJudge = RuleSet> extends Models {
  readonly rules: Rules;
  /** Hash of what the rules decide by, for the ledger; absent where nobody keeps it. */
  readonly ruleSet?: string;
  /** Logit of the score before any finding where no model gives one; see PRIOR_BIAS. */
  readonly priorBias: number;
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
 * it is in `notRun`, never a pass; a challenger that fails is in `shadows` only, as it decides nothing. Never throws.
 */
export async function assess(input: AssessInput, detectors: Detectors<RuleJudge>): Promise<Assessment> {
  const { deciding, canary, beside } = await hearModels(input, detectors);
  const rules = await detectors.rules.judge(input);
  const { opinion, failure } = deciding;
  const variants = [...(canary === null ? [] : [canary]), ...(rules.canaries ?? [])];
  return {
    ...fuse(opinion, rules.findings, detectors.priorBias),
    notRun: [...failuresOf(input.evidence), ...(failure === null ? [] : [failure]), ...rules.notRun],
    model: opinion === null ? null : deciding.model,
    forced: rules.forced?.action ?? null,
    ...(detectors.ruleSet === undefined ? {} : { ruleSet: detectors.ruleSet }),
    ...(rules.forced === null ? {} : { forcedBy: rules.forced.by }),
    variant: variants.length === 0 ? DEFAULT_VARIANT : variants.join('+'),
    shadows: beside.map((one) => shadowOf(one, rules.findings, detectors.priorBias)),
    opinion: opinion === null ? null : partOf(opinion),
  };
}

/** What the score would have been had this model decided, beside the same rules. */
function shadowOf(
  { model, status, opinion, failure }: HeardBeside,
  rules: readonly RuleFinding[],
  priorBias: number,
): ShadowOpinion {
  if (opinion !== null) {
    const { score, category } = fuse(opinion, rules, priorBias);
    return { model, status, score, category };
  }
  const { reason = 'error', detail = '' } = failure ?? {};
  return { model, status, score: null, category: null, failure: { reason, detail } };
}

function partOf({ bias, categories, fusion }: ModelOpinion): ModelPart {
  return { bias, categories, fusion: fusion ?? null };
}

/** The numbers of an assessment. */
export type Fused = Pick<Assessment, 'score' | 'scores' | 'category' | 'bias' | 'findings'>;

/**
 * The logit of the score is the bias plus the weights of the active findings, those of rules as the model wants them beside
 * it (but for those that count whole); a sum beyond MAX_LOGIT is held there by a finding of its own, so the parts still add up.
 * They are added in the order in which they are told, so that findings read back from a record give the score to the last bit.
 *
 * The score is shared out by softmax over `ln p(c) + Σ w`, with p(c) the model's share of category c given that the
 * message is unwanted (equal shares without a model) and w the positive weights of active rules of c, unscaled. Findings
 * of the model do not vote again, nor do those that speak for the sender.
 */
export function fuse(opinion: ModelOpinion | null, rules: readonly RuleFinding[], priorBias: number): Fused {
  const bias = opinion?.bias ?? priorBias;
  const counted = besideModel(rules, opinion?.fusion ?? null);
  const found = [...(opinion?.findings ?? []), ...counted].sort(byStrength);
  const findings = bounded(bias, found).sort(byStrength);
  const score = sigmoid(logitOf(bias, findings));
  const scores = shareOut(score, opinion?.categories ?? null, rules);
  return {
    score,
    scores,
    category: score < 0.5 ? 'none' : highest(scores),
    bias,
    findings,
  };
}

/** Logit of the score: the bias and the weights of the active findings. */
export function logitOf(bias: number, findings: readonly Finding[]): number {
  return findings.reduce((sum, finding) => (finding.status === 'active' ? sum + finding.weight : sum), bias);
}

export function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
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
