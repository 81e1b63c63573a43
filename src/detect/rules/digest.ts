import { createHash } from 'node:crypto';
import type { RuleSet } from './rule-set.ts';

/**
 * The first 12 hexadecimal digits of the SHA-256 over all that the rules decide by: conditions, weights, statuses. The ledger keeps it, so
 * that a sudden change of what fires can be told from a change of the rules. Words and comments do not count.
 */
export function ruleSetDigest({ rules, predicates }: Pick<RuleSet, 'rules' | 'predicates'>): string {
  const hash = createHash('sha256');
  for (const { name, when } of predicates) hash.update(JSON.stringify([name, when.text]));
  for (const { id, category, status, weight, besideModel, action, when } of rules)
    hash.update(JSON.stringify([id, category, status, weight, besideModel, action, when.text]));
  return hash.digest('hex').slice(0, 12);
}
