import { ExpressionCompiler, ExpressionMistake } from '../../src/detect/rules/cel.ts';
import { viewOf } from '../../src/detect/rules/facts.ts';
import { quote } from '../../src/detect/rules/quote.ts';
import { compileWords } from '../../src/detect/rules/words.ts';
import { hold, same, type Target } from '../target.ts';

/** Facts of one source: what is missing is unknown. */
const VARIABLES = {
  attachments: viewOf('attachments', {
    executables: 2,
    executableExample: 'a\n"b".exe',
    names: ['a.exe', 'b.txt'],
  }),
  stranger: true,
};

/** What the engine gives, or the words in which it fails: a rule that fails is a finding of its own. */
function attempt(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    hold(error instanceof Error && error.message.length > 0, 'an engine that fails says why');
    hold(!(error instanceof RangeError), 'no expression is too deep for the stack');
    return `failed: ${error.message}`;
  }
}

function compileBoth(text: string): void {
  const compiler = new ExpressionCompiler();
  compiler.declarePredicate('stranger');
  for (const wanted of ['bool', 'text'] as const) {
    const compiled = mistakeOr(() => compiler.compile(text, wanted), text);
    if (compiled === null) continue;
    const value = attempt(() => compiled.evaluate(VARIABLES));
    same(
      attempt(() => compiled.evaluate(VARIABLES)),
      value,
      'the same facts give the same value twice',
    );
    hold(wanted !== 'bool' || typeof value !== 'object', 'a condition gives no object');
  }
  const words = mistakeOr(() => compileWords(text, compiler), text);
  const filled = words === null ? '' : attempt(() => words.fill(VARIABLES));
  hold(typeof filled === 'string', 'words are text');
}

function mistakeOr<T>(work: () => T, text: string): T | null {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof ExpressionMistake)) throw error;
    hold(error.offset >= 0 && error.offset <= text.length, 'a mistake lies within its expression');
    hold(error.message !== '', 'a mistake has words');
    return null;
  }
}

export const target: Target = {
  name: 'expression',
  about: 'conditions and words of rules (CEL)',
  sources: ['src/detect/rules/cel.ts', 'src/detect/rules/words.ts', 'src/detect/rules/pattern.ts'],
  dictionary: [
    'attachments',
    '.executables',
    '.executableExample',
    '.names',
    '.exists(n, n == "a.exe")',
    '.matches_re("(?i)a+")',
    '.matches("a")',
    'known(',
    'has(',
    'dyn(',
    '> 0.0',
    '== 3',
    '&&',
    '||',
    '!',
    '? 1 : 2',
    '"a"',
    "'b'",
    '[1, 2]',
    '{"a": 1}',
    '{{',
    '}}',
    'true',
    'null',
    '1u',
    '0x7f',
    '1e400',
    '.size()',
    ' in ',
    '.map(',
    '.filter(',
    'r"\\d"',
    '"""',
    '-',
    '/ 0',
    '% 0',
    '//',
    '__proto__',
    'constructor',
    'stranger',
  ],
  pairs: [
    ['(', ')'],
    ['{{', '}}'],
    ['[', ']'],
    ['!', ''],
  ],
  maxBytes: 512,
  seeds: () =>
    [
      'attachments.executables > 0.0 && stranger',
      'attachments.names.exists(name, name.matches_re("(?i)\\\\.(exe|scr)$"))',
      'A program, {{attachments.executableExample}}, is one of {{attachments.executables}}',
      '!stranger ? "a" : attachments.executableExample + "b"',
      'known(attachments.executables) || attachments.executables == 3',
    ].map((text) => Buffer.from(text)),
  run(input) {
    const text = input.toString('utf8');
    compileBoth(text);
    const quoted = quote(text);
    hold(/^"[^"\p{Cc}]*"$/u.test(quoted) && quoted.length <= 200, 'what is quoted is one short line');
  },
};
