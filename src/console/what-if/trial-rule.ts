import { isMap, isScalar, isSeq, parseDocument } from 'yaml';
import { readRuleFile } from '../../detect/rules/file.ts';
import type { RuleValues } from '../../service/change-rule.ts';
import { RuleRefused } from './refusals.ts';

/** A rule is a few lines, its test messages a few kilobytes each; a megabyte of YAML would be no rule that somebody wrote by hand. */
export const MOST_RULE_BYTES = 262_144;

/** A rule as somebody wrote it to try it. */
export interface TrialRule {
  readonly values: RuleValues;
  /** A file of rules with it alone; its tests by name. */
  readonly text: string;
  /** Lines of `text` before what was written. */
  readonly linesBefore: number;
  /** Test messages by name, as far as they stand in it. */
  readonly tests: ReadonlyMap<string, string>;
}

/** What the messages of the loader call the text. */
export const TRIAL_PATH = 'rule';

/**
 * Reads one rule: its keys, an entry of a list, or a file with one. `tests` may be a map of names to messages. Throws RuleRefused for what
 * no file of rules may have; whether it compiles beside the other rules shows only with these.
 */
export function readTrialRule(written: string): TrialRule {
  if (Buffer.byteLength(written) > MOST_RULE_BYTES)
    throw new RuleRefused([`${TRIAL_PATH}: has more than ${MOST_RULE_BYTES} bytes`]);
  const { text, linesBefore } = asFile(written.replaceAll('\r\n', '\n'));
  const { tests, named } = withNamedTests(text);
  const read = readRuleFile(TRIAL_PATH, named);
  if ('problems' in read) throw new RuleRefused(read.problems.map((one) => atWritten(one, linesBefore)));
  const values: unknown = parseDocument(named).getIn(['rules', 0], false);
  const { rules, predicates } = read.file;
  const [rule] = rules;
  if (rule === undefined || rules.length > 1 || predicates.length > 0)
    throw new RuleRefused([`${TRIAL_PATH}: is one rule, and nothing beside it`]);
  const keys = isMap(values) ? (values.toJS(parseDocument(named)) as Record<string, unknown>) : {};
  return { values: { ...keys, id: rule.id }, text: named, linesBefore, tests };
}

/** `rule:7: …` of the file in the lines of what was written. */
export function atWritten(problem: string, linesBefore: number): string {
  return problem.replace(
    /^rule:(\d+):/,
    (_, line) => `${TRIAL_PATH}:${Math.max(1, Number(line) - linesBefore)}:`,
  );
}

function asFile(written: string): { readonly text: string; readonly linesBefore: number } {
  const { contents } = parseDocument(written);
  if (isSeq(contents)) return { text: `rules:\n${written}`, linesBefore: 1 };
  if (isMap(contents) && contents.has('rules')) return { text: written, linesBefore: 0 };
  return { text: `rules:\n-\n${written.replace(/^(?=.)/gm, '  ')}`, linesBefore: 2 };
}

/** Tests with their messages become their names, with as many lines. */
function withNamedTests(text: string): {
  readonly named: string;
  readonly tests: ReadonlyMap<string, string>;
} {
  const none = { named: text, tests: new Map<string, string>() };
  const document = parseDocument(text);
  if (document.errors.length > 0) return none;
  const node: unknown = document.getIn(['rules', 0, 'tests'], true);
  if (!isMap(node) || !node.range) return none;
  const messages = node.items.map(({ key, value }) => {
    const name = isScalar(key) ? String(key.value) : '';
    return [name, isScalar(value) ? String(value.value).replaceAll('\n', '\r\n') : ''] as const;
  });
  const [start, , end] = node.range;
  const lines = '\n'.repeat(text.slice(start, end).split('\n').length - 1);
  const names = JSON.stringify(messages.map(([name]) => name));
  return { named: `${text.slice(0, start)}${names}${lines}${text.slice(end)}`, tests: new Map(messages) };
}
