import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { type CompiledRules, compileRules } from '../../../src/detect/rules/compile.ts';
import { withRecordedEvidence } from '../../../src/detect/rules/recorded-evidence.ts';
import type { Rule } from '../../../src/detect/rules/rule.ts';
import { type RuleInput, RuleSet } from '../../../src/detect/rules/rule-set.ts';
import { gather } from '../../../src/evidence/gather.ts';
import { UNREMEMBERED } from '../../../src/evidence/reputation.ts';
import { readMailFile } from '../../../src/mail/files.ts';
import { DEFAULT_BUDGETS, parse } from '../../../src/message/parse.ts';
import { CASES, RULES, SOURCES } from './shipped.ts';

/** Rules that speak of what others found out, or of a claim that no standing excuses. */
const WITHOUT_A_SENDER = new Set([
  'malware_clamd_found',
  'spam_client_listed',
  'spam_client_listed_often',
  'spam_sender_listed',
  'phish_link_listed',
]);

/** Rules whose sender fails the authentication of the domain in From: no such sender is established. */
const FORGED_ONLY = new Set([
  'bec_our_domain_forged',
  'invoice_our_domain_forged',
  'spam_forged_sender_rented_host',
  'phish_from_yourself',
  'extortion_from_yourself',
]);

const inputs = new Map<string, RuleInput>();

beforeAll(async () => {
  for (const { id, tests } of RULES.rules) {
    for (const name of tests) {
      const path = join(CASES, id, `${name}.eml`);
      const { mail } = await readMailFile(path);
      const message = await parse(mail.content, DEFAULT_BUDGETS);
      const evidence = await gather(mail, message, await withRecordedEvidence(SOURCES, path));
      inputs.set(`${id}/${name}`, { message, evidence });
    }
  }
}, 120_000);

function inputsOf(rule: Rule, kind: 'match-' | 'no-match-'): RuleInput[] {
  return rule.tests
    .filter((name) => name.startsWith(kind))
    .flatMap((name) => inputs.get(`${rule.id}/${name}`) ?? []);
}

/** Parts of a condition that are joined by && at the top. */
function clausesOf(condition: string): string[] {
  const clauses: string[] = [];
  let [start, depth, quoted] = [0, 0, false];
  for (let i = 0; i < condition.length; i++) {
    const sign = condition[i];
    if (quoted && sign === '\\') i++;
    else if (sign === '"') quoted = !quoted;
    else if (!quoted && sign === '(') depth++;
    else if (!quoted && sign === ')') depth--;
    else if (!quoted && depth === 0 && condition.startsWith('&&', i)) {
      clauses.push(condition.slice(start, i));
      start = i + 2;
    }
  }
  return [...clauses, condition.slice(start)].map((clause) => clause.trim());
}

/** The rules alone, each with its condition in place of the shipped one. */
function withConditions(conditions: ReadonlyMap<string, string>): RuleSet {
  const predicates = RULES.predicates.map(({ name, meaning, when }) => ({ name, meaning, when: when.text }));
  const rules = [...conditions].map(([id, when]) => ({
    id,
    category: 'spam',
    status: 'shadow',
    weight: 1,
    when,
    words: 'it matches',
    falsePositives: 'none',
    tests: ['match-1'],
  }));
  const compiled: CompiledRules = compileRules([
    { path: 'changed.yaml', text: JSON.stringify({ predicates, rules }) },
  ]);
  return new RuleSet(compiled, 'open');
}

function fired(rules: RuleSet, input: RuleInput): Set<string> {
  return new Set(rules.judge(input).findings.map(({ detector }) => detector.slice('rule:'.length)));
}

describe('each shipped rule', () => {
  test('has a legitimate look-alike that one clause alone keeps it from', () => {
    const unguarded: string[] = [];
    for (const rule of RULES.rules) {
      const clauses = clausesOf(rule.when.text);
      const without = (left: number) =>
        clauses.map((clause, i) => (i === left ? 'true' : clause)).join('\n&& ');
      const changed = withConditions(new Map(clauses.map((_, i) => [`without_${i}`, without(i)])));
      const nearMiss = inputsOf(rule, 'no-match-').some((input) => fired(changed, input).size > 0);
      if (clauses.length > 1 && !nearMiss) unguarded.push(rule.id);
    }
    expect(unguarded).toEqual([]);
  });

  test('is silent about a sender of long standing, whatever he writes', () => {
    const loud = RULES.rules
      .filter(({ id }) => !WITHOUT_A_SENDER.has(id) && !FORGED_ONLY.has(id))
      .filter((rule) =>
        inputsOf(rule, 'match-').some((input) => fired(RULES, established(input)).has(rule.id)),
      )
      .map(({ id }) => id);
    expect(loud).toEqual([]);
  });
});

/** The same message, but its sender is vouched for, has written wanted mail for a year, and was written to. */
function established({ message, evidence }: RuleInput): RuleInput {
  const { authentication, reputation, sender } = evidence;
  if (authentication.status === 'failed' || reputation.status === 'failed' || sender.status === 'failed') {
    throw new Error('evidence of a test message failed');
  }
  const standing = { messages: 200, badShare: 0, ageDays: 365, known: true };
  return {
    message,
    evidence: {
      ...evidence,
      authentication: {
        ...authentication,
        facts: {
          ...authentication.facts,
          dmarc: 'pass',
          dkim: 'pass',
          spf: 'pass',
          authenticatedDomain: sender.facts.fromDomain,
        },
      },
      reputation: {
        ...reputation,
        facts: {
          ...UNREMEMBERED,
          remembers: true,
          authenticatedDomain: standing,
          authenticatedAddress: standing,
          solicitedDomain: true,
          domain: standing,
          address: standing,
          network: standing,
        },
      },
    },
  };
}
