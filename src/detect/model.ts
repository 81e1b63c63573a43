import type { Evidence } from '../evidence/evidence.ts';
import type { Message } from '../message/message.ts';
import type { Category } from './category.ts';
import type { Finding, NotRun } from './finding.ts';
import type { Fusion } from './fusion.ts';

/** What a model reads. */
export interface ModelInput {
  /** In the order of the feature schema. */
  readonly features: Float32Array;
  /** For words about the features; the numbers come from `features` alone. */
  readonly evidence: Evidence;
  readonly message: Message;
}

/** What a model thinks. `bias` plus the weights of the findings is its calibrated logit. */
export interface ModelOpinion {
  readonly bias: number;
  readonly findings: readonly Finding[];
  /** Probability of each category given that the message is unwanted; they sum to 1. */
  readonly categories: Readonly<Record<Category, number>>;
  /** How rules count beside this model; without it, with their whole weight. */
  readonly fusion?: Fusion;
}

/** A loaded model. `judge` never throws: what goes wrong is a NotRun. A score that is not finite is one, too. */
export interface Model {
  /** `name@version`. */
  readonly id: string;
  judge(input: ModelInput): Promise<ModelOpinion | NotRun>;
  close(): Promise<void>;
}
