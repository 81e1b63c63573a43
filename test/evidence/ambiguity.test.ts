import { expect, it } from 'vitest';
import { factsFrom } from './message-factory.ts';

it('passes on where two readings disagree, and what was odd on the wire', async () => {
  const mail = { wire: { bareCr: 1, bareLf: 2, nul: 3 } };
  const facts = await factsFrom(
    'ambiguity',
    { ambiguities: ['two_boundaries'], overBudget: ['parts'] },
    { mail },
  );
  expect(facts).toEqual({ kinds: ['two_boundaries'], overBudget: ['parts'], bareLineEnds: 3, nulBytes: 3 });
});

it('has nothing to say about a plain message', async () => {
  expect(await factsFrom('ambiguity', {})).toEqual({
    kinds: [],
    overBudget: [],
    bareLineEnds: 0,
    nulBytes: 0,
  });
});
