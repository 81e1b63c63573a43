import { fuse, logitOf } from '../../detect/assess.ts';
import { CATEGORIES, type Category, type VerdictCategory } from '../../detect/category.ts';
import type { Finding } from '../../detect/finding.ts';
import type { Fusion } from '../../detect/fusion.ts';
import { Mistake } from '../../mistake.ts';
import type { Known, OutOfFold, RuleFacts } from './read.ts';

/** A message as the whole detector judges it: the model of a fold that never saw it, and the rules. */
export interface Scored {
  readonly message: Known;
  /** Logit of the score. */
  readonly logit: number;
  /** 0 to 1. */
  readonly score: number;
  readonly category: VerdictCategory;
}

/** Adds rules to the models of the folds with the arithmetic that serves. */
export class Whole {
  readonly #findings: ReadonlyMap<string, Finding>;
  readonly #fusion: Fusion;

  /** `fusion` says how rules count beside the model. `without` names a rule that does not count. */
  constructor(rules: readonly RuleFacts[], fusion: Fusion, without: string | null = null) {
    const active = rules.filter(({ id, status }) => status === 'active' && id !== without);
    this.#findings = new Map(active.map((rule) => [rule.id, findingOf(rule)]));
    this.#fusion = fusion;
  }

  score(said: Pick<OutOfFold, 'message' | 'logit' | 'categories'>): Scored {
    const { message, logit, categories } = said;
    const shares = sharesOf(categories);
    return this.#fused({ bias: logit, findings: [], categories: shares, fusion: this.#fusion }, message);
  }

  /** By rules alone, with their whole weight. */
  scoreByRules(message: Known): Scored {
    return this.#fused(null, message);
  }

  #fused(opinion: Parameters<typeof fuse>[0], message: Known): Scored {
    const findings = message.detected.hits.flatMap((id) => this.#findings.get(id) ?? []);
    const fused = fuse(opinion, findings, 0);
    return {
      message,
      logit: logitOf(fused.bias, fused.findings),
      score: fused.score,
      category: fused.category,
    };
  }
}

function findingOf({ id, category, weight }: RuleFacts): Finding {
  const named = CATEGORIES.find((one) => one === category);
  if (named === undefined) throw new Mistake(`dataset.json: rule ${id}: there is no category ${category}`);
  return { detector: `rule:${id}`, category: named, weight, status: 'active', words: '' };
}

function sharesOf(shares: readonly number[]): Record<Category, number> {
  if (shares.length !== CATEGORIES.length)
    throw new Mistake(`the folds have ${shares.length} categories, we have ${CATEGORIES.length}`);
  return Object.fromEntries(CATEGORIES.map((category, i) => [category, shares[i] ?? 0])) as Record<
    Category,
    number
  >;
}
