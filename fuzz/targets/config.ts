import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, loadConfig } from '../../src/config/load.ts';
import { hold, same, type Target } from '../target.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'postern-config-'));
const FILE = join(FOLDER, 'postern.yaml');
process.on('exit', () => rmSync(FOLDER, { recursive: true, force: true }));

/** What a configuration becomes, or its mistakes. The second argument is a variable of the environment. */
function outcome(variable: string): unknown {
  try {
    return loadConfig(FILE, { POSTERN_GATE__LISTEN: variable }).config;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    hold(error.lines.length > 0, 'a mistake has words');
    for (const line of error.lines)
      hold(/^(?:.*postern\.yaml:\d+|POSTERN_\w+): /s.test(line), 'a mistake has its place');
    return error.lines;
  }
}

export const target: Target = {
  name: 'config',
  about: 'the configuration file and a variable over it',
  sources: [
    'src/config/schema.ts',
    'src/config/source.ts',
    'src/config/checks.ts',
    'src/config/entry.ts',
    'src/config/mistakes.ts',
  ],
  dictionary: [
    'gate:\n',
    '  listen: ',
    '  nextHop:\n    host: ',
    'policy:\n',
    'identity:\n',
    'milter:\n',
    '127.0.0.1:25',
    '[::1]:25',
    '&a ',
    '*a',
    '<<: ',
    '- ',
    '? ',
    ': ',
    '[',
    ']',
    '{',
    '}',
    '"',
    "'",
    '|',
    '---\n',
    '!!binary ',
    '!x',
    '__proto__: ',
    'constructor: ',
    'toString: ',
    '.nan',
    '.inf',
    '-1',
    '1e99',
    'null',
    'true',
    '\t',
    '\0',
    '%YAML 1.1\n',
  ],
  pairs: [
    ['[', ']'],
    ['{', '}'],
    ['"', '"'],
  ],
  maxBytes: 1_024,
  seeds: () =>
    [
      'gate:\n  listen: [127.0.0.1:10025]\n  nextHop:\n    host: 127.0.0.1\n    port: 25\n',
      'identity:\n  domains: [example.com]\n  organisation: Example\n',
      'gate: &g\n  maxRecipients: 10\nmilter:\n  listen: ["[::1]:8891"]\n',
      'a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n',
    ].map((text) => Buffer.from(text)),
  run(input) {
    writeFileSync(FILE, input);
    const variable = input.toString('utf8', 0, 40).replaceAll('\0', '');
    same(outcome(variable), outcome(variable), 'the same file is read alike twice');
    outcome('[]');
  },
};
