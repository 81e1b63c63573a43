import { describe, expect, test } from 'vitest';
import { groupLosses } from '../../../src/lab/ablate/groups.ts';
import type { Ablated } from '../../../src/lab/ablate/read.ts';
import { recommend } from '../../../src/lab/ablate/recommend.ts';
import { ruleReports } from '../../../src/lab/ablate/rules.ts';
import { Whole } from '../../../src/lab/evaluate/whole.ts';
import { hits, known } from '../evaluate/messages.ts';

const WHOLE = { rules: 1, most: 20 };
const NO_RULES = new Whole([], WHOLE);
const GROUPS = ['links', 'reputation'];
const FOLD = { name: 'alpha', kind: 'compass', about: 'alpha held out' };

function ablated(unwanted: boolean, logits: number[], parts = [0, 0, 0], states = 'vv'): Ablated {
  return { message: known({ unwanted }), logits, parts, states };
}

const ablation = (messages: Ablated[]) => ({
  learnAtMost: 8,
  groups: GROUPS,
  fusions: [WHOLE, WHOLE, WHOLE],
  folds: [{ ...FOLD, messages }],
});

describe('groups', () => {
  test('are sorted by the recall that is lost without them', () => {
    const ham = [0, 1].map((logit) => ablated(false, [logit, logit, logit]));
    // Without links the second attack is below a legitimate message.
    const bad = [ablated(true, [2, 2, 2]), ablated(true, [3, 0.5, 3])];
    const [first, second] = groupLosses(ablation([...ham, ...bad]), []);
    expect(first).toMatchObject({ what: 'links', recall: 0.5, auc: 0.25 });
    expect(second).toMatchObject({ what: 'reputation', recall: 0, auc: 0 });
  });
});

describe('rules', () => {
  const rules = [
    { id: 'good', category: 'spam', status: 'active', weight: 3 },
    { id: 'harmful', category: 'spam', status: 'active', weight: 9 },
    { id: 'shadowy', category: 'spam', status: 'shadow', weight: 2 },
    { id: 'idle', category: 'spam', status: 'off', weight: 2 },
  ];
  const categories = new Array<number>(8).fill(1 / 8);
  const said = (unwanted: boolean, logit: number, ...ids: string[]) => ({
    message: known({ unwanted, detected: hits(...ids) }),
    logit,
    categories,
  });
  const fold = {
    name: 'alpha',
    said: [said(false, 0), said(false, -9, 'harmful'), said(true, -1, 'good', 'shadowy'), said(true, 1)],
  };

  test('have their hits, what is lost without them, and are not counted while off', () => {
    const reports = ruleReports(rules, [fold], WHOLE);
    expect(reports.map(({ what, ham, unwanted, recall }) => [what, ham, unwanted, recall])).toEqual([
      ['good', 0, 1, 0.5],
      ['harmful', 1, 0, 0],
      ['shadowy', 0, 1, 0],
    ]);
  });

  test('that hurt have a negative loss', () => {
    const worse = { ...fold, said: [...fold.said, said(false, -5, 'harmful')] };
    const harmful = ruleReports(rules, [worse], WHOLE).find(({ what }) => what === 'harmful');
    expect(harmful?.recall).toBe(-1);
  });
});

describe('the recommendation', () => {
  test('counts the misses that a group would find if it spoke as it does of those that were found', () => {
    const ham = [ablated(false, [0, 0, 0])];
    const found = ablated(true, [2, 2, 2], [1.5, 0, 0.5], 'vm');
    const missing = ablated(true, [-0.5, 0, 0], [0, 0, -0.5], 'em');
    const quiet = ablated(true, [-1, 0, 0], [0.05, 0, 0], 'vm');
    // What it says already does not count again: 1.47 is too far for either.
    const far = ablated(true, [-1.47, 0, 0], [0.05, 0.04, 0], 'vm');
    const given = recommend(ablation([...ham, found, missing, quiet, far]), NO_RULES);
    expect(given).toMatchObject({ missed: 3, unwanted: 4 });
    const [reputation, links] = given.prospects;
    // It never speaks, so it is taken to be worth what links is: enough for two of the three.
    expect(reputation).toMatchObject({ group: 'reputation', missing: 1, worth: 1.5, worthIsBorrowed: true });
    expect(reputation?.foundWithEvidence).toBeCloseTo(2 / 3, 12);
    expect(links).toMatchObject({ group: 'links', missing: 0, worth: 1.5, worthIsBorrowed: false });
    expect(links?.quiet).toBeCloseTo(2 / 3, 12);
    expect(links?.empty).toBeCloseTo(1 / 3, 12);
    expect(links?.foundWithDepth).toBeCloseTo(1 / 3, 12);
  });
});
