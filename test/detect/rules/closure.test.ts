import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Expression, ExpressionCompiler, type Variables } from '../../../src/detect/rules/cel.ts';
import { FACT_KINDS, type Kind, type Source, STANDING_KINDS } from '../../../src/detect/rules/fact-kinds.ts';
import { isSource, viewOf } from '../../../src/detect/rules/facts.ts';
import { loadRules } from '../../../src/detect/rules/load.ts';
import { THEMES } from '../../../src/evidence/language.ts';

const RULES = loadRules(['config/rules'], { onFailure: 'open' });

/** What an expression gives, or that it throws. */
function outcome(expression: Expression, variables: Variables): unknown {
  try {
    return expression.evaluate(variables);
  } catch {
    return 'throws';
  }
}

/** Every expression of the shipped rules, twice: as closures, and by the engine. */
function pairs(): (readonly [string, Expression, Expression])[] {
  const [fast, engine] = [new ExpressionCompiler(), new ExpressionCompiler({ closures: false })];
  const both = (text: string) => [text, fast.compile(text, 'bool'), engine.compile(text, 'bool')] as const;
  const predicates = RULES.predicates.map(({ name, when }) => {
    const pair = both(when.text);
    for (const compiler of [fast, engine]) compiler.declarePredicate(name);
    return pair;
  });
  return [...predicates, ...RULES.rules.map(({ when }) => both(when.text))];
}

const PAIRS = pairs();

const someNumber = fc.oneof(
  fc.constantFrom(0, 1, 2, 3, 5, 100),
  fc.double({ noNaN: false }),
  fc.constant(null),
);

function factOf(kind: Kind): fc.Arbitrary<unknown> {
  switch (kind) {
    case 'number':
      return someNumber;
    case 'text':
      return fc.oneof(
        fc.constantFrom('', 'pass', 'fail', 'none', 'a@b.example'),
        fc.string(),
        fc.constant(null),
      );
    case 'flag':
      return fc.boolean();
    case 'maybe':
      return fc.constantFrom(true, false, null);
    case 'texts':
      return fc.array(fc.constantFrom('a.html', 'b.exe', 'notes.txt'), { maxLength: 3 });
    case 'themes':
      return fc.record(Object.fromEntries(THEMES.map((theme) => [theme, someNumber])));
    case 'standing':
      return fc.option(recordOf(STANDING_KINDS));
  }
}

function recordOf(kinds: Readonly<Record<string, Kind>>, requiredKeys?: []) {
  const values = Object.fromEntries(Object.entries(kinds).map(([field, kind]) => [field, factOf(kind)]));
  return fc.record(values, requiredKeys === undefined ? {} : { requiredKeys });
}

/** Facts of all sources; with `requiredKeys: []` some are missing, and so are some sources. */
function variables(requiredKeys?: []): fc.Arbitrary<Variables> {
  const sources = Object.entries(FACT_KINDS).map(
    ([source, kinds]) => [source, recordOf(kinds, requiredKeys)] as const,
  );
  const predicates = RULES.predicates.map(({ name }) => [name, fc.boolean()] as const);
  return fc
    .record(Object.fromEntries<fc.Arbitrary<unknown>>([...sources, ...predicates]), {
      ...(requiredKeys === undefined ? {} : { requiredKeys }),
    })
    .map((facts) =>
      Object.fromEntries(
        Object.entries(facts).map(([name, value]) => [
          name,
          isSource(name) ? viewOf(name as Source, value as object) : value,
        ]),
      ),
    );
}

test('closures give what the engine gives, for every shipped expression and any facts', () => {
  fc.assert(
    fc.property(variables(), (facts) => {
      for (const [text, fast, engine] of PAIRS)
        expect(outcome(fast, facts), text).toBe(outcome(engine, facts));
    }),
    { numRuns: 60 },
  );
});

test('where facts or whole sources are missing, what becomes of it is the same, too', () => {
  fc.assert(
    fc.property(variables([]), (facts) => {
      for (const [text, fast, engine] of PAIRS)
        expect(outcome(fast, facts), text).toBe(outcome(engine, facts));
    }),
    { numRuns: 40 },
  );
});

test('an unknown number is neither equal nor unequal by accident: NaN as the engine has it', () => {
  const [fast, engine] = [new ExpressionCompiler(), new ExpressionCompiler({ closures: false })];
  const facts = { links: viewOf('links', { count: null }) };
  for (const op of ['==', '!=', '<', '<=', '>', '>=']) {
    const text = `links.count ${op} links.count`;
    expect(fast.compile(text, 'bool').evaluate(facts), text).toBe(
      engine.compile(text, 'bool').evaluate(facts),
    );
  }
});
