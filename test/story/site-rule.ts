import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { jsonOf, postern } from './command.ts';
import { isRecord } from './json.ts';
import type { StoryLetter } from './letter.ts';
import type { Setting } from './setting.ts';

const PREDICATES = join(import.meta.dirname, '..', '..', 'config', 'rules', 'predicates.yaml');

/** A rule as it was proposed, with the messages that a person who takes it over writes for it. */
export interface SiteRule extends Readonly<Record<string, unknown>> {
  readonly id: string;
  readonly when: string;
}

/**
 * Adds a proposed rule to the site's rules, in shadow, with one message that it must find and those that it must not; `postern rules
 * test` has to agree. Throws with what it says.
 */
export async function addInShadow(
  setting: Setting,
  rule: SiteRule,
  match: StoryLetter,
  noMatch: StoryLetter,
): Promise<void> {
  const entry = { ...rule, status: 'shadow', tests: ['match-1', 'no-match-1'] };
  const folder = join(setting.cases, rule.id);
  await mkdir(folder);
  await writeCase(join(folder, 'match-1'), match);
  await writeCase(join(folder, 'no-match-1'), noMatch);
  await writeFile(join(setting.rules, 'site.yaml'), stringify({ rules: [entry] }));
  await expectTestsPass(setting, rule.id);
}

/** The rule of a proposal. Throws where it is none. */
export function ruleOf(proposal: string): SiteRule {
  const value: unknown = parse(proposal);
  const rules = isRecord(value) && Array.isArray(value.rules) ? value.rules : value;
  const rule: unknown = Array.isArray(rules) ? rules[0] : rules;
  if (!isRecord(rule) || typeof rule.id !== 'string' || typeof rule.when !== 'string')
    throw new Error(`the proposal is no rule: ${proposal}`);
  return { ...rule, id: rule.id, when: rule.when };
}

async function writeCase(path: string, letter: StoryLetter): Promise<void> {
  const { clientIp, helo, mailFrom, recipient, authentication, raw } = letter;
  await writeFile(`${path}.eml`, raw);
  const sidecar = {
    date: new Date().toISOString(),
    envelope: { clientIp, helo, mailFrom, rcptTo: [recipient] },
    ...(authentication === null ? {} : { auth: authentication }),
  };
  await writeFile(`${path}.json`, JSON.stringify(sidecar));
}

/** The site's rules alone: the shipped ones have their own tests, but their predicates may be named here. */
async function expectTestsPass(setting: Setting, id: string): Promise<void> {
  const { directory, rules, cases, gate } = setting;
  const folder = join(directory, 'rules-under-test');
  await mkdir(folder);
  await symlink(PREDICATES, join(folder, 'predicates.yaml'));
  await symlink(join(rules, 'site.yaml'), join(folder, 'site.yaml'));
  const config: unknown = parse(await readFile(gate.configFile, 'utf8'));
  if (!isRecord(config) || !isRecord(config.detect)) throw new Error(`${gate.configFile} has no detect`);
  const configFile = join(directory, 'rules-under-test.yaml');
  await writeFile(configFile, stringify({ ...config, detect: { ...config.detect, rules: [folder] } }));
  const said = await postern({ directory, configFile }, 'rules', 'test', '--cases', cases, '--json');
  const results = jsonOf(said)
    .filter(isRecord)
    .filter(({ rule }) => rule === id);
  const failed = results.filter(({ passed }) => passed !== true);
  if (results.length !== 2 || failed.length > 0 || said.code !== 0)
    throw new Error(`${said.typed}: ${JSON.stringify(failed)} ${said.stderr.trim()}`);
}
