import type { SourceName } from '../../evidence/evidence.ts';
import { Mistake } from '../../mistake.ts';
import { type Expression, ExpressionCompiler, ExpressionMistake, type ExpressionType } from './cel.ts';
import { isSource } from './facts.ts';
import { type PredicateEntry, type RuleEntry, type RuleFile, readRuleFile } from './file.ts';
import type { Needs, Predicate, Rule } from './rule.ts';
import { compileWords } from './words.ts';

/** What is wrong with a set of rules: one line per mistake, each with file, line and rule. */
export class RulesMistake extends Mistake {
  override readonly name = 'RulesMistake';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

export interface RuleText {
  /** As shown in messages. */
  readonly path: string;
  readonly text: string;
}

export interface CompiledRules {
  readonly predicates: readonly Predicate[];
  readonly rules: readonly Rule[];
}

/**
 * Compiles the files in their order. Predicates are shared by all files and may use those written before them; rules come
 * after all predicates. Throws RulesMistake with all mistakes at once.
 */
export function compileRules(texts: readonly RuleText[]): CompiledRules {
  const problems: string[] = [];
  const files: RuleFile[] = [];
  for (const { path, text } of texts) {
    const read = readRuleFile(path, text);
    if ('file' in read) files.push(read.file);
    else problems.push(...read.problems);
  }
  const compiler = new RuleCompiler(problems);
  for (const file of files)
    for (const [i, entry] of file.predicates.entries()) compiler.predicate(file, i, entry);
  for (const file of files) for (const [i, entry] of file.rules.entries()) compiler.rule(file, i, entry);
  if (problems.length > 0) throw new RulesMistake(problems);
  return { predicates: [...compiler.predicates.values()], rules: [...compiler.rules.values()] };
}

class RuleCompiler {
  readonly predicates = new Map<string, Predicate>();
  readonly rules = new Map<string, Rule>();
  readonly #firstAt = new Map<string, string>();
  readonly #expressions = new ExpressionCompiler();
  readonly #problems: string[];

  constructor(problems: string[]) {
    this.#problems = problems;
  }

  predicate(file: RuleFile, index: number, entry: PredicateEntry): void {
    const owner = `predicate ${entry.name}`;
    if (isSource(entry.name)) {
      this.#problems.push(`${file.where(['predicates', index, 'name'])}: ${owner}: is the name of evidence`);
      return;
    }
    if (this.#isRepeated(owner, file.where(['predicates', index]))) return;
    const when = this.#located(file, ['predicates', index, 'when'], owner, entry.when, () =>
      this.#compile(entry.when, 'bool'),
    );
    this.#expressions.declarePredicate(entry.name);
    if (when === null) return;
    const needs = this.#needsOf(when.names);
    this.predicates.set(entry.name, { name: entry.name, meaning: entry.meaning, when, needs });
  }

  rule(file: RuleFile, index: number, entry: RuleEntry): void {
    const owner = `rule ${entry.id}`;
    if (this.#isRepeated(owner, file.where(['rules', index]))) return;
    const at = (key: string) => ['rules', index, key];
    const when = this.#located(file, at('when'), owner, entry.when, () => this.#compile(entry.when, 'bool'));
    const words = this.#located(file, at('words'), owner, entry.words, () =>
      compileWords(entry.words, this.#expressions),
    );
    if (when === null || words === null) return;
    const { weight = 0, action = null, ...rest } = entry;
    const needs = this.#needsOf([...when.names, ...words.names]);
    this.rules.set(entry.id, { ...rest, weight, action, when, words, needs });
  }

  #isRepeated(owner: string, where: string): boolean {
    const first = this.#firstAt.get(owner);
    if (first === undefined) {
      this.#firstAt.set(owner, where);
      return false;
    }
    this.#problems.push(`${where}: ${owner}: is there already, at ${first}`);
    return true;
  }

  #compile(text: string, wanted: ExpressionType): Expression {
    return this.#expressions.compile(text, wanted);
  }

  #located<T>(
    file: RuleFile,
    at: readonly (string | number)[],
    owner: string,
    text: string,
    work: () => T,
  ): T | null {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof ExpressionMistake)) throw error;
      const near = text.slice(error.offset).split('\n', 1)[0]?.trim() ?? '';
      const shown = near === '' ? 'at its end' : `at \`${near.slice(0, MAX_EXCERPT)}\``;
      this.#problems.push(
        `${file.where(at, error.offset)}: ${owner}: ${at.at(-1)}: ${error.message}, ${shown}`,
      );
      return null;
    }
  }

  #needsOf(names: Iterable<string>): Needs {
    const sources = new Set<SourceName>();
    const predicates = new Set<string>();
    for (const name of names) {
      if (isSource(name)) {
        if (name !== 'message') sources.add(name);
        continue;
      }
      predicates.add(name);
      const inherited = this.predicates.get(name)?.needs;
      for (const source of inherited?.sources ?? []) sources.add(source);
      for (const predicate of inherited?.predicates ?? []) predicates.add(predicate);
    }
    return { sources, predicates };
  }
}

/** Enough of an expression to find the place. */
const MAX_EXCERPT = 40;
