import { CATEGORIES } from '../category.ts';
import type { Rule } from './rule.ts';
import type { RuleSet } from './rule-set.ts';

/** The page of all rules for docs/, generated so that it cannot drift from what runs. */
export function rulesMarkdown(rules: RuleSet): string {
  const sections = CATEGORIES.flatMap((category) => {
    const own = rules.rules.filter((rule) => rule.category === category);
    return own.length === 0 ? [] : [`## ${category}`, ...own.flatMap(ruleLines)];
  });
  const predicates = rules.predicates.map(
    ({ name, meaning, when }) => `| \`${name}\` | ${cell(meaning)} | ${code(when.text)} |`,
  );
  return `${[
    '# Rules',
    'Generated from the rule files. An `active` rule decides, a `shadow` rule is only seen, one that is `off` does not run.' +
      ' Weights are in logit units: +1 multiplies the odds that a message is unwanted by 2.7.',
    ...sections,
    '## Predicates',
    ['| name | meaning | when |', '|---|---|---|', ...predicates].join('\n'),
  ].join('\n\n')}\n`;
}

function ruleLines(rule: Rule): string[] {
  const effect = [
    ...(rule.weight === 0 ? [] : [`weight ${rule.weight > 0 ? '+' : ''}${rule.weight}`]),
    ...(rule.action === null ? [] : [`action \`${rule.action}\``]),
  ];
  return [
    `### ${rule.id}`,
    `\`${rule.status}\`, ${effect.join(', ')}. ${sentence(rule.words.template)}`,
    `\`\`\`cel\n${rule.when.text}\n\`\`\``,
    `False positives: ${sentence(rule.falsePositives)}`,
    `Tests: ${rule.tests.map((test) => `\`${test}\``).join(', ')}.`,
  ];
}

function sentence(text: string): string {
  const trimmed = text.trim().replaceAll(/\s+/g, ' ');
  return `${trimmed.charAt(0).toUpperCase()}${trimmed.slice(1)}${trimmed.endsWith('.') ? '' : '.'}`;
}

function cell(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|');
}

function code(text: string): string {
  return `\`${cell(text)}\``;
}
