import type { SourceName } from '../../evidence/evidence.ts';
import type { Category } from '../category.ts';
import type { Status } from '../experiments/status.ts';
import type { Expression } from './cel.ts';
import type { Words } from './words.ts';

/** What a rule may ask for whatever the score; the gravest of several wins. */
export const ACTIONS = ['tag', 'quarantine', 'reject'] as const;

export type Action = (typeof ACTIONS)[number];

/** How much the weight of a rule counts where there is a model. */
export const BESIDE_MODEL = ['scaled', 'whole'] as const;

export type BesideModel = (typeof BESIDE_MODEL)[number];

/** A named condition, written once and used by many rules. It is judged once per message. */
export interface Predicate {
  readonly name: string;
  /** One line for people. */
  readonly meaning: string;
  readonly when: Expression;
  readonly needs: Needs;
}

export interface Rule {
  readonly id: string;
  readonly category: Category;
  readonly status: Status;
  /** Logit units; 0 for a rule that only asks for an action. */
  readonly weight: number;
  /** `whole`: in full beside a model, as it knows what no model was trained on; `scaled`: as the model wants. */
  readonly besideModel: BesideModel;
  readonly action: Action | null;
  readonly when: Expression;
  readonly words: Words;
  /** Legitimate mail on which it may fire all the same. */
  readonly falsePositives: string;
  /** Names of its test messages without suffix: `match-…` must match, `no-match-…` must not. */
  readonly tests: readonly string[];
  readonly needs: Needs;
}

/** What an expression depends on, directly or through predicates. */
export interface Needs {
  readonly sources: ReadonlySet<SourceName>;
  readonly predicates: ReadonlySet<string>;
}
