import { compileRules, RulesMistake } from '../../../src/detect/rules/compile.ts';
import { RuleSet } from '../../../src/detect/rules/rule-set.ts';

interface RuleKeys {
  readonly [key: string]: string | number | readonly string[];
}

/** YAML of one rule that is right, but for what is given. JSON is YAML. */
export function rule(keys: RuleKeys): string {
  const right = {
    id: 'some_rule',
    category: 'spam',
    status: 'active',
    weight: 2,
    when: 'links.count > 1',
    words: 'it has links',
    falsePositives: 'none known',
    tests: ['match-1', 'no-match-1'],
  };
  return `rules: ${JSON.stringify([{ ...right, ...keys }])}\n`;
}

export function ruleSet(...texts: readonly string[]): RuleSet {
  const files = texts.map((text, i) => ({ path: i === 0 ? 'rules.yaml' : `rules-${i}.yaml`, text }));
  return new RuleSet(compileRules(files), 'tag');
}

/** The mistakes that a set of rules is refused for. */
export function mistakes(...texts: readonly string[]): readonly string[] {
  try {
    ruleSet(...texts);
    return [];
  } catch (error) {
    if (error instanceof RulesMistake) return error.problems;
    throw error;
  }
}
