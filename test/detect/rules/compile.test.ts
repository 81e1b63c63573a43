import { describe, expect, test } from 'vitest';
import { mistakes, rule } from './yaml.ts';

describe('a rule file is refused, naming file, line and rule, for', () => {
  const block = (expression: string) =>
    [
      'rules:',
      '  - id: some_rule',
      '    category: spam',
      '    weight: 1',
      '    when: |',
      ...expression.split('\n').map((line) => `      ${line}`),
      '    words: it has links',
      '    falsePositives: none known',
      '    tests: [match-1]',
      '',
    ].join('\n');

  test('text that is no YAML', () => {
    expect(mistakes('rules:\n  - id: "open\n')).toEqual([
      expect.stringMatching(/^rules\.yaml:\d+: Missing closing "quote/),
    ]);
  });
  test('a key that is given twice', () => {
    expect(mistakes('rules: []\nrules: []\n')).toEqual(['rules.yaml:2: Map keys must be unique']);
  });
  test('an unknown key', () => {
    expect(mistakes(rule({ wieght: 3 }))).toEqual([
      'rules.yaml:1: rule some_rule: unknown key wieght; keys are id, category, status, weight, besideModel, action, when, words, falsePositives, tests',
    ]);
    expect(mistakes('rulez: []')).toEqual(['rules.yaml:1: unknown key rulez; keys are predicates, rules']);
  });
  test('a category that is none', () => {
    expect(mistakes(rule({ category: 'fishing' }))).toEqual([
      expect.stringMatching(
        /^rules\.yaml:1: rule some_rule: category: Invalid option: expected one of "credential_phishing"/,
      ),
    ]);
  });
  test('an id that is not snake_case', () => {
    expect(mistakes(rule({ id: 'SomeRule' }))).toEqual([
      'rules.yaml:1: rule SomeRule: id: is not snake_case',
    ]);
  });
  test('a weight above what one rule may know', () => {
    expect(mistakes(rule({ weight: 10 }))).toEqual([]);
    expect(mistakes(rule({ weight: 10.1 }))).toEqual([
      'rules.yaml:1: rule some_rule: weight: Too big: expected number to be <=10',
    ]);
  });
  test('neither weight nor action', () => {
    const text =
      'rules:\n  - {id: x, category: spam, when: "true", words: w, falsePositives: f, tests: [match-1]}\n';
    expect(mistakes(text)).toEqual(['rules.yaml:2: rule x: needs a weight or an action']);
  });
  test('an active rule without a test of each kind', () => {
    expect(mistakes(rule({ tests: ['match-1'] }))).toEqual([
      'rules.yaml:1: rule some_rule: decides and so needs a match- and a no-match- test',
    ]);
    expect(mistakes(rule({ tests: ['match-1'], status: 'shadow' }))).toEqual([]);
  });
  test('words that end with a full stop', () => {
    expect(mistakes(rule({ words: 'It has links.' }))).toEqual([
      'rules.yaml:1: rule some_rule: words: ends with a full stop; words are a sentence without it',
    ]);
  });
  test('an id that is there already, in another file', () => {
    expect(mistakes(rule({}), rule({}))).toEqual([
      'rules-1.yaml:1: rule some_rule: is there already, at rules.yaml:1',
    ]);
  });
  test('evidence that does not exist, on its own line of a block', () => {
    expect(mistakes(block('links.count > 1\n&& lonks.count > 1'))).toEqual([
      'rules.yaml:7: rule some_rule: when: Unknown variable: lonks, at `lonks.count > 1`',
    ]);
  });
  test('a fact that does not exist, even where it would never be reached', () => {
    expect(mistakes(block('true ||\n\nsender.freemial'))).toEqual([
      'rules.yaml:8: rule some_rule: when: No such key: freemial, at `freemial`',
    ]);
  });
  test('a comparison of things of different kinds', () => {
    expect(mistakes(block('links.count > "a"'))).toEqual([
      'rules.yaml:6: rule some_rule: when: no such overload: double > string, at `links.count > "a"`',
    ]);
  });
  test('an expression that gives no yes or no', () => {
    expect(mistakes(block('links.count'))).toEqual([
      'rules.yaml:6: rule some_rule: when: gives double, not bool, at `links.count`',
    ]);
  });
  test('an expression that ends too soon', () => {
    expect(mistakes(block('links.count >'))).toEqual([
      'rules.yaml:6: rule some_rule: when: Unexpected token: EOF, at its end',
    ]);
  });
  test('a regular expression that does not compile', () => {
    expect(mistakes(block('message.text.matches_re("a(")'))).toEqual([
      'rules.yaml:6: rule some_rule: when: error parsing regexp: missing closing ): `a(`, at `"a(")`',
    ]);
  });
  test('a regular expression that needs backtracking', () => {
    expect(mistakes(block('message.text.matches_re("(?=a)b")'))[0]).toContain(
      'invalid or unsupported Perl syntax: `(?=`',
    );
  });
  test('a regular expression of more than a thousand characters', () => {
    expect(mistakes(block(`message.text.matches_re("${`[${'a'.repeat(998)}]`}")`))).toEqual([]);
    expect(mistakes(block(`message.text.matches_re("${`[${'a'.repeat(999)}]`}")`))[0]).toContain(
      'a regular expression has at most 1000 characters, this one has 1001',
    );
  });
  test('a regular expression of more than four hundred instructions', () => {
    expect(mistakes(block('message.text.matches_re("a{398}")'))).toEqual([]);
    expect(mistakes(block('message.text.matches_re("a{399}")'))[0]).toContain(
      'the regular expression compiles to 401 instructions, more than 400',
    );
  });
  test('a regular expression that is put together at run time', () => {
    expect(mistakes(block('message.text.matches_re(message.subject)'))[0]).toContain(
      'matches_re takes a literal, so that it can be compiled at load',
    );
  });
  test('the backtracking engine, has() and dyn()', () => {
    expect(mistakes(block('message.text.matches("a+")'))[0]).toContain('matches is refused: use matches_re');
    expect(mistakes(block('has(links.nope)'))[0]).toContain('has is refused');
    expect(mistakes(block('[1].exists(x, dyn(x) == "a")'))[0]).toContain('dyn is refused');
  });
  test('an expression of more than a thousand nodes', () => {
    expect(mistakes(block(Array(1000).fill('links.count > 1').join(' || ')))).toHaveLength(1);
  });
  test('a mistake in a hole of the words', () => {
    expect(mistakes(rule({ words: 'from {{sender.nobody}}' }))).toEqual([
      'rules.yaml:1: rule some_rule: words: No such key: nobody, at `nobody}}`',
    ]);
    expect(mistakes(rule({ words: 'from {{sender.fromName' }))[0]).toContain('{{ and }} do not pair');
    expect(mistakes(rule({ words: 'names {{attachments.names}}' }))[0]).toContain(
      'gives list<string>, which cannot be put into words',
    );
  });
  test('a predicate with the name of evidence, or one that is used before it is written', () => {
    expect(mistakes('predicates:\n  - {name: links, meaning: m, when: "true"}\n')).toEqual([
      'rules.yaml:2: predicate links: is the name of evidence',
    ]);
    const text = 'predicates:\n  - {name: a, meaning: m, when: b}\n  - {name: b, meaning: m, when: "true"}\n';
    expect(mistakes(text)).toEqual(['rules.yaml:2: predicate a: when: Unknown variable: b, at `b`']);
  });
});

test('all mistakes of all files are told at once', () => {
  expect(
    mistakes(rule({ when: 'nope' }), rule({ id: 'other', words: 'a {{nope}}' }), 'what: 1'),
  ).toHaveLength(3);
});

test('an empty file is a file without rules', () => {
  expect(mistakes('')).toEqual([]);
});
