import type { Category, VerdictCategory } from './category.ts';
import type { FailureReason, Finding, NotRun } from './finding.ts';
import type { Fusion } from './fusion.ts';

/** Variant of a message in no canary's share. */
export const DEFAULT_VARIANT = 'default';

/** What a model that did not decide would have made of the message, beside the same rules. */
export interface ShadowOpinion {
  /** `name@version`. */
  readonly model: string;
  /** `canary`: it decides about other mail; `active`: it decides about other mail, and a canary about this. */
  readonly status: 'active' | 'shadow' | 'canary';
  /** Null where it failed. */
  readonly score: number | null;
  readonly category: VerdictCategory | null;
  /** Why there is no score. It never moves a verdict. */
  readonly failure?: { readonly reason: FailureReason; readonly detail: string };
}

/** A model's own part in an assessment; with its findings it is the opinion as it was fused. */
export interface ModelPart {
  readonly bias: number;
  /** Probability of each category given that the message is unwanted. */
  readonly categories: Readonly<Record<Category, number>>;
  /** How rules count beside it; null is whole. */
  readonly fusion: Fusion | null;
}

/** An assessment without models beside the one in force, and without a model's part. */
export const NO_EXPERIMENT = { variant: DEFAULT_VARIANT, shadows: [], opinion: null } as const;

/** What the detectors together think of a message, before any policy. */
export interface Assessment {
  /** Probability that the message is malicious or unwanted at all, 0 to 1. */
  readonly score: number;
  /** Per category, 0 to 1; they sum to `score`. */
  readonly scores: Readonly<Record<Category, number>>;
  /** Category with the highest score, `none` where `score` is under 0.5. */
  readonly category: VerdictCategory;
  /** Logit of the score before any finding. `bias` plus the weights of the findings is the logit of `score`. */
  readonly bias: number;
  readonly findings: readonly Finding[];
  readonly notRun: readonly NotRun[];
  /** `name@version` of the model that gave its opinion, null where none did. */
  readonly model: string | null;
  /** What an `action` of a rule asks for, whatever the score; null where none did. */
  readonly forced: 'tag' | 'quarantine' | 'reject' | null;
  /** The detector that asked for it, `rule:<id>`; absent where none did. */
  readonly forcedBy?: string;
  /** `default`, or the canaries in whose share the message is, joined by `+`: `name@version` of a model, `rule:<id>`. */
  readonly variant: string;
  /** What the rules decided by, as a hash; absent where they were not judged. */
  readonly ruleSet?: string;
  /** The models that were heard and did not decide. */
  readonly shadows: readonly ShadowOpinion[];
  /** Of the model that decided; null where none did. */
  readonly opinion: ModelPart | null;
}
