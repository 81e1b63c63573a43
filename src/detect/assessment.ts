import type { Category, VerdictCategory } from './category.ts';
import type { Finding, NotRun } from './finding.ts';

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
}
