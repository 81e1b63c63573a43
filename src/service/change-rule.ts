import { constants } from 'node:fs';
import { access, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { isMap, isSeq, parseDocument, stringify } from 'yaml';
import { EditRefused, writable } from '../config/edit.ts';
import { type LoadedConfig, loadConfig } from '../config/load.ts';
import { withStatuses } from '../detect/experiments/effective.ts';
import { readExperiments } from '../detect/experiments/file.ts';
import { compileRules, type RuleText } from '../detect/rules/compile.ts';
import { readRules } from '../detect/rules/load.ts';
import { RuleSet } from '../detect/rules/rule-set.ts';
import { type AuditRecord, auditRecord } from '../ledger/record.ts';
import { replaceFile, withFileLock } from '../write-file.ts';
import { type ConfigChange, changeConfig } from './change-config.ts';

/** A rule as it is written: the keys of a file of rules, `tests` by name. */
export type RuleValues = Readonly<Record<string, unknown>> & { readonly id: string };

export interface WrittenRule {
  readonly values: RuleValues;
  /** Messages of its tests by their names. */
  readonly tests: ReadonlyMap<string, string>;
}

/** Where the console writes rules: a file of the site, beside the configuration. */
export function consoleRules(file: string): string {
  return join(dirname(file), 'rules', 'console.yaml');
}

const FIRST_LINES = '# Rules made so in the console. Taken back there, or by hand: this file is yours.\n';

/**
 * Writes a rule into the file of the site, adds that to `detect.rules` where it is missing, and records both. Throws RulesMistake where
 * all rules together do not load with it, EditRefused where nothing can be written; then everything is as it was.
 */
export async function addRule(rule: WrittenRule, change: ConfigChange): Promise<readonly AuditRecord[]> {
  const place = consoleRules(change.file);
  const { id } = rule.values;
  await makeFolder(place);
  return await changingRules(place, change, {
    edit: (text) => withRule(text, rule.values),
    write: async () => {
      await writeTests(place, rule);
      return await changeConfig(listing(place, change.file), change);
    },
    takeBack: () => rm(testsOf(place, id), { recursive: true, force: true }),
    record: { subject: `rule:${id}`, before: null, after: JSON.stringify(rule.values) },
  });
}

/** Takes a rule out again that `addRule` wrote. Throws EditRefused where it was changed since. */
export async function removeRule(made: AuditRecord, change: ConfigChange): Promise<AuditRecord> {
  const place = consoleRules(change.file);
  const id = made.subject.slice('rule:'.length);
  const reason = [`undo of ${made.id}`, change.reason].filter((text) => text !== '').join(': ');
  const [record] = await changingRules(
    place,
    { ...change, action: 'undo', reason },
    {
      edit: (text) => withoutRule(text, id, made.after),
      write: async () => [],
      takeBack: async () => undefined,
      record: { subject: made.subject, before: made.after, after: null },
    },
  );
  if (record === undefined) throw new Error('a rule was taken out without a record');
  await rm(testsOf(place, id), { recursive: true, force: true });
  return record;
}

/** Whether a record is of a rule that the console wrote, and not of its status. */
export function isRuleChange({ subject, action }: AuditRecord): boolean {
  return subject.startsWith('rule:') && (action === 'configure' || action === 'undo');
}

async function makeFolder(place: string): Promise<void> {
  const folder = dirname(place);
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
  } catch (cause) {
    const message = `${folder}: this process may not write there, so no rule is written`;
    throw new EditRefused('readOnly', folder, message, { cause });
  }
}

interface Steps {
  readonly edit: (text: string) => string;
  /** What else is written; the file of rules is, by then. */
  readonly write: () => Promise<readonly AuditRecord[]>;
  readonly takeBack: () => Promise<void>;
  readonly record: Pick<AuditRecord, 'subject' | 'before' | 'after'>;
}

async function changingRules(
  place: string,
  change: ConfigChange,
  steps: Steps,
): Promise<readonly AuditRecord[]> {
  return await withFileLock(place, async () => {
    const former = await textOf(place);
    if (former !== null) await writable(place);
    const text = steps.edit(former ?? FIRST_LINES);
    checkRules(change.file, { path: place, text });
    try {
      await replaceFile(place, text, RULES_MODE);
      const others = await steps.write();
      const { actor, reason, at, action = 'configure' } = change;
      const record = auditRecord({ at, actor, action, reason, ...steps.record });
      if (!(await change.ledger.append(record)))
        throw new Error('the change could not be written to the ledger, so it was taken back');
      return [record, ...others];
    } catch (error) {
      // An empty file rather than none: detect.rules may name it by now.
      await replaceFile(place, former ?? FIRST_LINES, RULES_MODE);
      await steps.takeBack();
      throw error;
    }
  });
}

/** Rules are no secret: whoever may look into the folder reads them. */
const RULES_MODE = 0o644;

async function textOf(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

/** All rules of the configuration with this text in the place of its file, as the gate will load them. Throws RulesMistake. */
export function checkRules(file: string, changed: RuleText): RuleSet {
  const { config }: LoadedConfig = loadConfig(file, process.env);
  const others = readRules(config.detect.rules).filter(({ path }) => path !== changed.path);
  const rules = new RuleSet(compileRules([...others, changed]), config.failures.rules);
  return withStatuses(rules, config.detect, readExperiments(config.detect.experiments));
}

/** Nothing where the file, or its folder, is one of the places already. */
function listing(place: string, file: string) {
  const { config } = loadConfig(file, process.env);
  const isThere = config.detect.rules.some((one) => one === place || one === dirname(place));
  const append = relative(dirname(file), place);
  return isThere ? [] : [{ path: ['detect', 'rules'], append }];
}

function withRule(text: string, values: RuleValues): string {
  const document = parseDocument(text);
  const rules = document.get('rules', true);
  if (isSeq(rules)) {
    rules.flow = false;
    rules.add(document.createNode(values));
  } else if (isMap(document.contents)) document.set('rules', document.createNode([values]));
  else return `${text}${stringify({ rules: [values] }, { lineWidth: 0 })}`;
  return document.toString({ lineWidth: 0 });
}

function withoutRule(text: string, id: string, expected: string | null): string {
  const document = parseDocument(text);
  const rules = document.get('rules', true);
  const at = isSeq(rules) ? rules.items.findIndex((item) => isMap(item) && item.get('id') === id) : -1;
  const entry = isSeq(rules) && at >= 0 ? rules.items[at] : undefined;
  if (!isSeq(rules) || !isMap(entry) || JSON.stringify(entry.toJS(document)) !== expected)
    throw new EditRefused(
      'changedSince',
      id,
      `rule ${id}: was changed since, so nothing is written; look again`,
    );
  rules.delete(at);
  return document.toString({ lineWidth: 0 });
}

function testsOf(place: string, id: string): string {
  return join(dirname(place), 'tests', id);
}

async function writeTests(place: string, { values, tests }: WrittenRule): Promise<void> {
  if (tests.size === 0) return;
  await mkdir(testsOf(place, values.id), { recursive: true });
  for (const [name, message] of tests)
    await writeFile(join(testsOf(place, values.id), `${name}.eml`), message);
}
