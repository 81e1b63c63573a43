import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { CATEGORIES } from '../../../src/detect/category.ts';
import { RulesMistake } from '../../../src/detect/rules/compile.ts';
import { rulesMarkdown } from '../../../src/detect/rules/document.ts';
import { loadRules } from '../../../src/detect/rules/load.ts';
import { evidence, message } from '../evidence.ts';

const SHIPPED = fileURLToPath(new URL('../../../config/rules', import.meta.url));

test('the shipped rules load, and every category has an active one', () => {
  const { rules } = loadRules([SHIPPED], { onFailure: 'open' });
  const covered = new Set(rules.filter((rule) => rule.status === 'active').map((rule) => rule.category));
  expect([...covered].sort()).toEqual([...CATEGORIES].sort());
});

test('the shipped rules say nothing about a plain message, and all of them run', () => {
  const opinion = loadRules([SHIPPED], { onFailure: 'open' }).judge({
    message: message(),
    evidence: evidence(),
  });
  expect(opinion).toEqual({ findings: [], notRun: [], forced: null });
});

test('the page of the rules has each rule, with its expression, and each predicate', () => {
  const rules = loadRules([SHIPPED], { onFailure: 'open' });
  const page = rulesMarkdown(rules, null);
  for (const rule of rules.rules) {
    expect(page).toContain(`### ${rule.id}\n`);
    expect(page).toContain(rule.when.text.trim());
  }
  for (const predicate of rules.predicates) expect(page).toContain(`| \`${predicate.name}\` |`);
});

test('a folder that is not there is a mistake, not an empty set', () => {
  expect(() => loadRules(['/nowhere/rules'], { onFailure: 'open' })).toThrow(RulesMistake);
  expect(() => loadRules(['/nowhere/rules'], { onFailure: 'open' })).toThrow('/nowhere/rules: ENOENT');
});
