import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { rulesMarkdown } from '../../../src/detect/rules/document.ts';
import { fingerprintOf, readFigures } from '../../../src/detect/rules/figures.ts';
import { loadRules } from '../../../src/detect/rules/load.ts';
import { ruleFigures } from '../../../src/lab/rule-figures.ts';
import { rule, ruleSet } from './yaml.ts';

const at = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

test('docs/rules.md is what `postern docs` writes from the shipped rules and figures', () => {
  const rules = loadRules([at('config/rules')], { onFailure: 'open' });
  const page = rulesMarkdown(rules, readFigures(at('models/rule-figures.json')));
  expect(readFileSync(at('docs/rules.md'), 'utf8')).toBe(page);
});

describe('the page of rules', () => {
  const PREDICATE = 'predicates: [{ name: odd, meaning: odd, when: "links.count > 3" }]\n';
  const rules = ruleSet(PREDICATE, rule({ id: 'one', when: 'odd' }));
  const message = (label: string) => ({ source: 'alder', label, category: null });
  const figures = ruleFigures(rules, [
    { message: message('spam'), hits: ['one'] },
    { message: message('spam'), hits: ['one'] },
    { message: message('ham'), hits: ['one'] },
    { message: message('ham'), hits: [] },
  ]);

  test('shows hits, precision with its interval and recall of each rule', () => {
    const page = rulesMarkdown(rules, figures);
    expect(page).toContain('| 2 | 1 | 66.7 % (20.8 % to 93.9 %) |');
    expect(page).toContain(
      'Real mail: 2 unwanted, 1 legitimate (alder 2 and 1 legitimate); precision 66.7 %',
    );
    expect(page).toContain('recall 100.0 %');
    expect(page).toContain('Invented: no hit.');
    expect(page).toContain('Measured on 2 unwanted and 2 legitimate real messages');
  });

  test('leaves out figures of a rule that reads otherwise now, itself or in a predicate', () => {
    const changed = [
      ruleSet(PREDICATE, rule({ id: 'one', when: '!odd' })),
      ruleSet(PREDICATE.replace('> 3', '> 4'), rule({ id: 'one', when: 'odd' })),
    ];
    for (const other of changed) expect(rulesMarkdown(other, figures)).not.toContain('Real mail:');
    const unrelated = ruleSet(
      `${PREDICATE.trimEnd().slice(0, -1)}, { name: even, meaning: even, when: "links.count > 5" }]\n`,
      rule({ id: 'one', when: 'odd' }),
    );
    expect(rulesMarkdown(unrelated, figures)).toContain('Real mail:');
    const [one] = rules.rules;
    expect(one && fingerprintOf(one, rules)).toMatch(/^[0-9a-f]{12}$/);
  });
});

describe('figures from a file', () => {
  test('are null where there is none, and a mistake with file and place where it is something else', () => {
    const folder = mkdtempSync(join(tmpdir(), 'postern-figures-'));
    const path = join(folder, 'figures.json');
    expect(readFigures(path)).toBeNull();
    writeFileSync(path, '{"format":2}');
    expect(() => readFigures(path)).toThrow(`${path}: format:`);
    rmSync(folder, { recursive: true });
  });
});
