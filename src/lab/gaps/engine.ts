import { compileRules } from '../../detect/rules/compile.ts';
import type { Predicate } from '../../detect/rules/rule.ts';
import { RuleSet } from '../../detect/rules/rule-set.ts';
import { Bits } from './bits.ts';
import { bareMessage, type Specimen } from './specimen.ts';

/** Where each condition holds, as the rule engine says: one bit a message. */
export function judgeConditions(
  conditions: readonly string[],
  predicates: readonly Predicate[],
  messages: readonly Specimen[],
): Bits[] {
  const rules = ruleSetOf(conditions, predicates);
  const bits = conditions.map(() => new Bits(messages.length));
  for (const [place, one] of messages.entries()) {
    const { findings } = rules.judge({
      message: one.message ?? bareMessage(one.subject),
      evidence: one.evidence,
    });
    for (const { detector } of findings) bits[Number(detector.slice(PREFIX.length))]?.set(place);
  }
  return bits;
}

const PREFIX = 'rule:condition_';

function ruleSetOf(conditions: readonly string[], predicates: readonly Predicate[]): RuleSet {
  const text = JSON.stringify({
    predicates: predicates.map(({ name, meaning, when }) => ({ name, meaning, when: when.text })),
    rules: conditions.map((when, i) => ({
      id: `condition_${i}`,
      category: 'spam',
      status: 'shadow',
      weight: 1,
      when,
      words: 'holds',
      falsePositives: 'not asked',
      tests: ['match-it'],
    })),
  });
  // JSON is YAML: what is judged here has gone through the reader and the compiler of rule files.
  return new RuleSet(compileRules([{ path: 'conditions', text }]), 'open');
}
