import { EditRefused } from '../../config/edit.ts';
import { ConfigError } from '../../config/load.ts';
import { RulesMistake } from '../../detect/rules/compile.ts';
import { Refusal, type RefusalReason } from '../refusal.ts';
import { whatIf as english } from '../words/en/what-if.ts';

type WhatIfWords = typeof english;

/** A refusal that each reader gets in their language; where nobody says which, in English. */
export class SaidRefusal extends Refusal {
  readonly says: (words: WhatIfWords) => string;

  constructor(reason: RefusalReason, says: (words: WhatIfWords) => string) {
    super(reason, says(english));
    this.says = says;
  }
}

/** What the loader has against a rule under trial, in its own words: `rule:3: …`. */
export class RuleRefused extends SaidRefusal {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super('bad', (words) => `${words.ruleWrong} ${problems.join('\n')}`);
    this.problems = problems;
  }
}

/** Mistakes of a change as refusals; what else goes wrong goes on. */
export async function refusing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof EditRefused)
      throw new SaidRefusal('conflict', (words) => words.refused[error.kind](error.what));
    if (error instanceof RulesMistake) throw new RuleRefused(error.problems);
    if (error instanceof ConfigError)
      throw new SaidRefusal('bad', (words) => `${words.configWrong} ${error.message}`);
    throw error;
  }
}
