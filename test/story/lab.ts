import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { loadConfig } from '../../src/config/load.ts';
import { replay } from '../../src/lab/replay/replay.ts';
import { jsonOf, posternOk } from './command.ts';
import { at, listAt, numberAt, textAt } from './json.ts';
import type { Setting } from './setting.ts';
import type { SiteRule } from './site-rule.ts';

const SHIPPED = join(import.meta.dirname, '..', '..', 'config', 'rules');

/** The group that the reports make, and the best rule for it. */
export interface Found {
  readonly name: string;
  readonly size: number;
  /** Unreported messages that look like the group. */
  readonly alike: number;
  /** Rule as YAML, to paste. */
  readonly proposal: string;
  readonly when: string;
  readonly seconds: number;
}

/** Runs `postern gaps` and looks for a group of misses with these decisions. Throws where there is none, or no rule for it. */
export async function findGap(setting: Setting, reported: readonly string[]): Promise<Found> {
  const said = await posternOk(placeOf(setting), 'gaps', '--json');
  const [report] = jsonOf(said);
  const group = listAt(report, 'groups').find((one) => {
    const members = new Set(listAt(one, 'members').map((member) => at(member, 'id')));
    return at(one, 'kind') === 'miss' && reported.every((id) => members.has(id));
  });
  if (group === undefined) throw new Error('no group holds all reports');
  const [best] = listAt(group, 'proposals');
  if (best === undefined) throw new Error(`no rule for the group ${textAt(group, 'name')}`);
  return {
    name: textAt(group, 'name'),
    size: numberAt(group, 'size'),
    alike: listAt(group, 'alike').length,
    proposal: textAt(best, 'yaml'),
    when: textAt(best, 'when'),
    seconds: said.seconds,
  };
}

/** What a rule would have done to the ledger's mail, had it been active. */
export interface Tried {
  readonly decisions: number;
  readonly replayed: number;
  /** Ids of messages with another verdict. */
  readonly changed: ReadonlySet<string>;
  readonly newlyCaught: number;
  readonly newlyWrong: number;
  /** Of the replay itself, without the start of a process: loading the rules is in it. */
  readonly decisionsPerSecond: number;
}

/** More messages than the story has: all changes are listed. */
const ALL = '100000';

/** `postern replay` with the shipped rules and this one, as if it had been active. The running configuration is that which decided. */
export async function tryActive(setting: Setting, rule: SiteRule): Promise<Tried> {
  const folder = join(setting.directory, 'tried');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'tried.yaml'), stringify({ rules: [{ ...rule, status: 'active' }] }));
  const said = await posternOk(
    placeOf(setting),
    ...['replay', '--rules', SHIPPED, '--rules', folder, '--json', '--list', ALL],
  );
  const [summary] = jsonOf(said);
  return {
    decisions: numberAt(summary, 'decisions'),
    replayed: numberAt(summary, 'replayed'),
    changed: new Set(listAt(summary, 'changes').map((change) => textAt(change, 'id'))),
    newlyCaught: numberAt(summary, 'cases', 'newlyCaught', 'count'),
    newlyWrong: numberAt(summary, 'cases', 'newlyWrong', 'count'),
    decisionsPerSecond: await rateOf(setting, folder),
  };
}

/** The same replay in this process, by the clock. */
async function rateOf({ gate, ledger }: Setting, folder: string): Promise<number> {
  const { config: current } = loadConfig(gate.configFile, {});
  const tried = { ...current, detect: { ...current.detect, rules: [SHIPPED, folder] } };
  const began = performance.now();
  const { replayed } = await replay({ ledger, current, with: tried });
  return (replayed * 1_000) / (performance.now() - began);
}

export function placeOf({ directory, gate }: Setting): { directory: string; configFile: string } {
  return { directory, configFile: gate.configFile };
}
