import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Assessment } from '../assessment.ts';
import type { Rule } from './rule.ts';
import type { RuleSet } from './rule-set.ts';

/** What came of one test message of a rule. */
export interface RuleTestResult {
  readonly rule: string;
  /** `match-…` or `no-match-…`. */
  readonly test: string;
  readonly passed: boolean;
  /** Why it failed, or the words of the finding; '' for a message rightly left alone. */
  readonly detail: string;
}

/** Judges the message at a path as the gate would. */
export type InspectOne = (path: string) => Promise<Pick<Assessment, 'findings' | 'notRun'>>;

/**
 * Runs the tests of all rules that are not off: `CASES/<rule id>/match-….eml` must yield the rule's finding (in shadow,
 * too), `no-match-….eml` must not. A test that is named and not there fails, and so does a message that no rule names.
 */
export async function testRules(
  rules: RuleSet,
  casesFolder: string,
  inspectOne: InspectOne,
): Promise<readonly RuleTestResult[]> {
  const results: RuleTestResult[] = [];
  for (const rule of rules.rules) {
    if (rule.status === 'off') continue;
    const folder = join(casesFolder, rule.id);
    const present = await messagesIn(folder);
    for (const test of rule.tests) {
      results.push(
        present.has(test)
          ? await runTest(rule, test, await inspectOne(join(folder, `${test}.eml`)))
          : failure(rule.id, test, `there is no ${join(folder, `${test}.eml`)}`),
      );
    }
    const unnamed = [...present].filter((test) => !rule.tests.includes(test)).sort();
    results.push(...unnamed.map((test) => failure(rule.id, test, 'the rule does not name this test')));
  }
  results.push(...(await ofNoRule(rules, casesFolder)));
  return results;
}

async function runTest(
  rule: Rule,
  test: string,
  { findings, notRun }: Awaited<ReturnType<InspectOne>>,
): Promise<RuleTestResult> {
  const detector = `rule:${rule.id}`;
  const missing = notRun.find((part) => part.what === detector);
  if (missing !== undefined) return failure(rule.id, test, `did not run: ${missing.detail}`);
  const finding = findings.find((candidate) => candidate.detector === detector);
  if (test.startsWith('match-') !== (finding !== undefined)) {
    return failure(rule.id, test, finding === undefined ? 'did not match' : `matched: ${finding.words}`);
  }
  return { rule: rule.id, test, passed: true, detail: finding?.words ?? '' };
}

/** Folders of rules that were renamed or removed: their tests would run no more, and nobody would see it. */
async function ofNoRule(rules: RuleSet, casesFolder: string): Promise<RuleTestResult[]> {
  const known = new Set(rules.rules.map((rule) => rule.id));
  const folders = (await readdir(casesFolder, { withFileTypes: true })).filter((entry) =>
    entry.isDirectory(),
  );
  return folders
    .filter((folder) => !known.has(folder.name))
    .map((folder) => failure(folder.name, '', 'there is no rule of this name'));
}

async function messagesIn(folder: string): Promise<ReadonlySet<string>> {
  try {
    const names = await readdir(folder);
    return new Set(names.filter((name) => name.endsWith('.eml')).map((name) => name.slice(0, -4)));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return new Set();
    throw error;
  }
}

function failure(rule: string, test: string, detail: string): RuleTestResult {
  return { rule, test, passed: false, detail };
}
