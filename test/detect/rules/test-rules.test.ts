import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type InspectOne, testRules } from '../../../src/detect/rules/test-rules.ts';
import { rule, ruleSet } from './yaml.ts';

let cases: string;
beforeEach(() => {
  cases = mkdtempSync(join(tmpdir(), 'rule-cases-'));
});
afterEach(() => rmSync(cases, { recursive: true }));

function write(...names: readonly string[]): void {
  for (const name of names) {
    mkdirSync(join(cases, name, '..'), { recursive: true });
    writeFileSync(join(cases, name), '');
  }
}

/** Finds the rule in the messages whose path ends with one of the names. */
const finding =
  (...names: readonly string[]): InspectOne =>
  async (path) => ({
    findings: names.some((name) => path.endsWith(`${name}.eml`))
      ? [{ detector: 'rule:some_rule', category: 'spam', weight: 0, status: 'shadow', words: 'found it' }]
      : [],
    notRun: [],
  });

test('a rule passes when it matches what it must and nothing else', async () => {
  write('some_rule/match-1.eml', 'some_rule/no-match-1.eml');
  expect(await testRules(ruleSet(rule({})), cases, finding('/match-1'))).toEqual([
    { rule: 'some_rule', test: 'match-1', passed: true, detail: 'found it' },
    { rule: 'some_rule', test: 'no-match-1', passed: true, detail: '' },
  ]);
});

test('a rule fails where it is silent or loud against its tests', async () => {
  write('some_rule/match-1.eml', 'some_rule/no-match-1.eml');
  expect(
    (await testRules(ruleSet(rule({})), cases, finding('no-match-1'))).map((result) => result.detail),
  ).toEqual(['did not match', 'matched: found it']);
});

test('a rule that did not run has passed nothing', async () => {
  write('some_rule/match-1.eml', 'some_rule/no-match-1.eml');
  const notRun = [{ what: 'rule:some_rule', reason: 'error', detail: 'broke', outcome: 'open' }] as const;
  const results = await testRules(ruleSet(rule({})), cases, async () => ({ findings: [], notRun }));
  expect(results.map(({ passed, detail }) => [passed, detail])).toEqual([
    [false, 'did not run: broke'],
    [false, 'did not run: broke'],
  ]);
});

test('tests that are named and absent, present and not named, or of no rule, fail', async () => {
  write('some_rule/match-1.eml', 'some_rule/match-2.eml', 'gone_rule/match-1.eml');
  const results = await testRules(ruleSet(rule({})), cases, finding('/match-1'));
  expect(results.filter((result) => !result.passed)).toEqual([
    {
      rule: 'some_rule',
      test: 'no-match-1',
      passed: false,
      detail: expect.stringMatching(/^there is no .*no-match-1\.eml$/),
    },
    { rule: 'some_rule', test: 'match-2', passed: false, detail: 'the rule does not name this test' },
    { rule: 'gone_rule', test: '', passed: false, detail: 'there is no rule of this name' },
  ]);
});

test('a rule that is off is not tested', async () => {
  write('some_rule/match-1.eml');
  expect(await testRules(ruleSet(rule({ status: 'off' })), cases, finding())).toEqual([]);
});
