import type { Feature } from '../../detect/feature.ts';
import { FACT_KINDS, type Kind } from '../../detect/rules/fact-kinds.ts';
import type { Evidence } from '../../evidence/evidence.ts';
import { THEMES } from '../../evidence/language.ts';

/** One fact of one source: `links.shorteners`. */
export type FactName = `${string}.${string}`;

/**
 * So many examples are shown to a feature at most. Features read one to five facts, of at most fourteen values each: the limit is
 * reached by none that reads fewer than four texts.
 */
export const MOST_EXAMPLES = 20_000;

/** Words that features compare texts of evidence with, and two that they do not. */
const TEXTS = [
  '',
  'a',
  'unknown',
  'live',
  'recorded',
  'results',
  'pass',
  'fail',
  'softfail',
  'none',
  'temperror',
  'reject',
  'quarantine',
  null,
] as const;

const STANDINGS = [
  null,
  { messages: 0, badShare: 0, ageDays: 0, known: false },
  { messages: 9, badShare: 1, ageDays: 90, known: true },
] as const;

/** Values of each kind on either side of every branch that a feature can take; the first is that of a plain message. */
const VALUES: Readonly<Record<Kind, readonly unknown[]>> = {
  number: [0, 1, 1_000_000, null],
  text: TEXTS,
  flag: [false, true],
  maybe: [null, false, true],
  texts: [[], ['a', 'b']],
  themes: [themes(0), themes(1)],
  standing: STANDINGS,
};

function themes(value: number): Readonly<Record<string, number>> {
  return Object.fromEntries(THEMES.map((theme) => [theme, value]));
}

/**
 * The facts that a feature reads. Features are functions, so nobody writes this down: the feature measures evidence that notes what is
 * asked of it, in every combination of values of the facts that it was seen to read, until it reads nothing new. A fact behind a branch
 * is found once an example goes that way.
 */
export function factsOfFeature(feature: Feature): ReadonlySet<FactName> {
  const read = new Set<FactName>();
  for (let before = -1; before < read.size; ) {
    before = read.size;
    for (const example of examplesOf([...read])) feature.measure(noting(example, read));
  }
  return read;
}

type Example = ReadonlyMap<FactName, unknown>;

function* examplesOf(facts: readonly FactName[]): Generator<Example> {
  const choices = facts.map(valuesOf);
  const all = choices.reduce((product, values) => product * values.length, 1);
  for (let number = 0; number < Math.min(all, MOST_EXAMPLES); number++) {
    let rest = number;
    const example = new Map<FactName, unknown>();
    for (const [i, fact] of facts.entries()) {
      const values = choices[i] ?? [undefined];
      example.set(fact, values[rest % values.length]);
      rest = Math.floor(rest / values.length);
    }
    yield example;
  }
}

function valuesOf(fact: FactName): readonly unknown[] {
  const [source = '', field = ''] = fact.split('.');
  const kinds: Readonly<Record<string, Readonly<Record<string, Kind>>>> = FACT_KINDS;
  const kind = kinds[source]?.[field];
  // What rules do not see (examples, footprints) are lists.
  return kind === undefined ? [[]] : VALUES[kind];
}

/** Evidence whose sources all succeeded, and which notes each fact that is asked for. */
function noting(example: Example, read: Set<FactName>): Evidence {
  const factsOf = (source: string) =>
    new Proxy(
      {},
      {
        get(_, field) {
          const fact: FactName = `${source}.${String(field)}`;
          read.add(fact);
          return example.has(fact) ? example.get(fact) : valuesOf(fact)[0];
        },
      },
    );
  const sources = new Proxy({}, { get: (_, source) => ({ status: 'ok', facts: factsOf(String(source)) }) });
  return sources as Evidence;
}
