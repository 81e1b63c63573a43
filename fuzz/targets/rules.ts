import { compileRules, RulesMistake } from '../../src/detect/rules/compile.ts';
import { hold, same, type Target } from '../target.ts';

/** What a file of rules becomes: how many rules, or its mistakes. */
function outcome(text: string): readonly string[] | number {
  try {
    return compileRules([{ path: 'rules.yaml', text }]).rules.length;
  } catch (error) {
    if (!(error instanceof RulesMistake)) throw error;
    hold(error.problems.length > 0, 'a mistake has words');
    for (const problem of error.problems) hold(/^rules\.yaml:\d+: /.test(problem), 'a mistake has its line');
    return error.problems;
  }
}

const RULE = `rules:
  - id: a_program
    category: malware
    status: active
    weight: 1.5
    when: |
      attachments.executables > 0.0
      && stranger
    words: A program, {{attachments.executableExample}}
    falsePositives: None
    tests: [match-1, no-match-1]
`;

export const target: Target = {
  name: 'rules',
  about: 'files of rules (YAML)',
  sources: ['src/detect/rules/file.ts', 'src/detect/rules/compile.ts'],
  dictionary: [
    'rules:\n',
    'predicates:\n',
    '  - id: b\n',
    '    when: |\n      ',
    '    name: c\n',
    '&a ',
    '*a',
    '<<: *a',
    '!!map',
    '!!js/function',
    '? ',
    ': ',
    '- ',
    '[',
    ']',
    '{',
    '}',
    '"',
    "'",
    '|',
    '>',
    '%YAML 1.2\n',
    '---\n',
    '...\n',
    '#',
    '\t',
    '__proto__: ',
    'constructor: ',
    '.nan',
    '.inf',
    '0o7',
    'null',
    '~',
    'true',
    '\\u0000',
    '\0',
  ],
  pairs: [
    ['[', ']'],
    ['{', '}'],
    ['"', '"'],
  ],
  maxBytes: 1_024,
  seeds: () =>
    [
      RULE,
      `predicates:\n  - name: stranger\n    meaning: who\n    when: "!reputation.remembers"\n${RULE}`,
      'rules: [{id: a, category: spam, when: "true", words: b, falsePositives: c, tests: [match-1], weight: 1}]\n',
      'a: &a [1, 2]\nb: *a\n',
    ].map((text) => Buffer.from(text)),
  run(input) {
    const text = input.toString('utf8');
    same(outcome(text), outcome(text), 'the same file is read alike twice');
  },
};
