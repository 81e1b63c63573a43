import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FailureOutcome } from '../finding.ts';
import { compileRules, RulesMistake, type RuleText } from './compile.ts';
import { RuleSet } from './rule-set.ts';

/**
 * Loads all *.yaml files of the folders, by folder and then by name. Throws RulesMistake with every mistake, also for a
 * folder that cannot be read: a set of rules is loaded whole or not at all.
 */
export function loadRules(
  folders: readonly string[],
  options: { readonly onFailure: FailureOutcome },
): RuleSet {
  return new RuleSet(compileRules(folders.flatMap(readFolder)), options.onFailure);
}

function readFolder(folder: string): readonly RuleText[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.yaml'))
      .sort()
      .map((name) => join(folder, name))
      .map((path) => ({ path, text: readFileSync(path, 'utf8') }));
  } catch (error) {
    throw new RulesMistake([`${folder}: ${error instanceof Error ? error.message : error}`]);
  }
}
