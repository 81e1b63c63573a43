import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { FailureOutcome } from '../finding.ts';
import { compileRules, RulesMistake, type RuleText } from './compile.ts';
import { RuleSet } from './rule-set.ts';

/**
 * Loads files of rules, and all *.yaml files of folders by name, in the order of the places. Throws RulesMistake with every mistake,
 * also for a place that cannot be read: a set of rules is loaded whole or not at all.
 */
export function loadRules(
  places: readonly string[],
  options: { readonly onFailure: FailureOutcome },
): RuleSet {
  return new RuleSet(compileRules(readRules(places)), options.onFailure);
}

/** The texts that `loadRules` compiles. Throws RulesMistake for a place that cannot be read. */
export function readRules(places: readonly string[]): readonly RuleText[] {
  return places.flatMap(readPlace);
}

function readPlace(folder: string): readonly RuleText[] {
  try {
    if (statSync(folder).isFile()) return [{ path: folder, text: readFileSync(folder, 'utf8') }];
    return readdirSync(folder)
      .filter((name) => name.endsWith('.yaml'))
      .sort()
      .map((name) => join(folder, name))
      .map((path) => ({ path, text: readFileSync(path, 'utf8') }));
  } catch (error) {
    throw new RulesMistake([`${folder}: ${error instanceof Error ? error.message : error}`]);
  }
}
