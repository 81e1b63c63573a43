import { describe, expect, test } from 'vitest';
import { MAX_LOGIT } from '../../../src/detect/assess.ts';
import { Whole } from '../../../src/lab/evaluate/whole.ts';
import { hits, known } from './messages.ts';

const RULES = [
  { id: 'pay_now', category: 'bec', status: 'active', weight: 2 },
  { id: 'known_friend', category: 'spam', status: 'active', weight: -1 },
  { id: 'in_shadow', category: 'spam', status: 'shadow', weight: 3 },
];
const WHOLE = { rules: 1, most: 20 };
const EVEN = new Array<number>(8).fill(1 / 8);

const said = (logit: number, ...ids: string[]) => ({
  message: known({ detected: hits(...ids) }),
  logit,
  categories: EVEN,
});

describe('the whole detector', () => {
  test('adds the weights of active rules to the logit of the model, and none of those in shadow', () => {
    const whole = new Whole(RULES, WHOLE);
    expect(whole.score(said(-0.5)).logit).toBe(-0.5);
    expect(whole.score(said(-0.5, 'pay_now', 'known_friend', 'in_shadow')).logit).toBeCloseTo(0.5, 12);
    expect(whole.score(said(-0.5, 'pay_now')).score).toBeCloseTo(1 / (1 + Math.exp(-1.5)), 12);
  });

  test('is held where serving holds a score', () => {
    expect(new Whole(RULES, WHOLE).score(said(40, 'pay_now')).logit).toBeCloseTo(MAX_LOGIT, 9);
  });

  test('scales rules as the card says', () => {
    const whole = new Whole(RULES, { rules: 0.5, most: 5 });
    expect(whole.score(said(0, 'pay_now')).logit).toBeCloseTo(1, 12);
    expect(whole.scoreByRules(known({ detected: hits('pay_now') })).logit).toBe(2);
  });

  test('does without a rule that is taken away, and lets rules vote for the category', () => {
    expect(new Whole(RULES, WHOLE, 'pay_now').score(said(0, 'pay_now')).logit).toBe(0);
    expect(new Whole(RULES, WHOLE).score(said(0.1, 'pay_now')).category).toBe('bec');
  });

  test('refuses a rule of a category that there is not', () => {
    const rules = [{ id: 'odd', category: 'oddity', status: 'active', weight: 1 }];
    expect(() => new Whole(rules, WHOLE)).toThrow('rule odd: there is no category oddity');
  });
});
