import type { Fusion } from '../../detect/fusion.ts';
import type { Known, OutOfFold, RuleFacts } from '../evaluate/read.ts';
import { Whole } from '../evaluate/whole.ts';
import { byWorth, figuresOf, type Loss, loss } from './groups.ts';

/** A rule, what it hits, and what is lost without it. */
export interface RuleReport extends Loss {
  readonly category: string;
  readonly status: string;
  readonly weight: number;
  /** Messages that set it off, each counted once. */
  readonly ham: number;
  readonly unwanted: number;
}

export interface JudgedFold {
  readonly name: string;
  readonly said: readonly OutOfFold[];
}

/** Every rule that is not off, those that add most first. The models stay as they are: they do not read rules. */
export function ruleReports(
  rules: readonly RuleFacts[],
  folds: readonly JudgedFold[],
  fusion: Fusion,
): RuleReport[] {
  const at = (without: string | null) => {
    const detector = new Whole(rules, fusion, without);
    return folds.map(({ name, said }) =>
      figuresOf(
        name,
        said.map((one) => detector.score(one)),
      ),
    );
  };
  const all = at(null);
  const messages = [...new Set(folds.flatMap(({ said }) => said.map(({ message }) => message)))];
  return rules
    .filter(({ status }) => status !== 'off')
    .map(({ id, category, status, weight }) => {
      const hit = messages.filter(({ detected }) => detected.hits.includes(id));
      const same = status !== 'active' || hit.length === 0;
      return {
        ...loss(id, all, same ? all : at(id)),
        category,
        status,
        weight,
        ham: countOf(hit, false),
        unwanted: countOf(hit, true),
      };
    })
    .sort(byWorth);
}

function countOf(hit: readonly Known[], unwanted: boolean): number {
  return hit.filter((message) => message.unwanted === unwanted).length;
}
