import { describe, expect, test } from 'vitest';
import { detect, kindOf, languageOf } from '../../src/lab/detected.ts';
import { evidence, message } from '../detect/evidence.ts';
import { rule, ruleSet } from '../detect/rules/yaml.ts';

const always = (id: string, weight: number, more: Record<string, string> = {}) =>
  rule({ id, weight, when: 'true', ...more });

const FAILED = { status: 'failed', reason: 'error', detail: 'gone', outcome: 'open' } as const;

function headers(more: object) {
  const plain = evidence();
  if (plain.headers.status === 'failed') throw new Error('the plain evidence has headers');
  const nothing = {
    listUnsubscribe: false,
    oneClickUnsubscribe: false,
    listId: false,
    bulk: false,
    autoSubmitted: false,
  };
  return { ...plain, headers: { ...plain.headers, facts: { ...plain.headers.facts, ...nothing, ...more } } };
}

describe('what the rules say', () => {
  test('is the sum of active weights, votes by category, and every hit', () => {
    const rules = ruleSet(
      always('a', 2, { category: 'bec' }),
      always('b', 1, { category: 'bec' }),
      always('c', -1, { category: 'scam' }),
      always('d', 4, { status: 'shadow' }),
      rule({ id: 'never', when: 'false' }),
    );
    expect(detect(message(), evidence(), rules)).toEqual({
      weight: 2,
      votes: { bec: 3 },
      hits: ['a', 'b', 'c', 'd'],
      notRun: [],
      failed: [],
      forced: null,
    });
  });

  test('names the sources that failed and the rules that could not be judged', () => {
    const rules = ruleSet(rule({ id: 'linked' }), always('forces', 0, { action: 'tag' }));
    expect(detect(message(), { ...evidence(), links: FAILED }, rules)).toMatchObject({
      failed: ['links'],
      notRun: ['linked'],
      forced: 'tag',
    });
  });
});

describe('the kind of mail', () => {
  test('is what the header fields claim, the most specific first', () => {
    expect(kindOf(headers({}))).toBe('personal');
    expect(kindOf(headers({ autoSubmitted: true }))).toBe('automatic');
    expect(kindOf(headers({ autoSubmitted: true, bulk: true }))).toBe('bulk');
    expect(kindOf(headers({ bulk: true, listId: true, listUnsubscribe: true }))).toBe('list');
    expect(kindOf(headers({ bulk: true, listUnsubscribe: true }))).toBe('newsletter');
    expect(kindOf(headers({ listId: true, oneClickUnsubscribe: true }))).toBe('newsletter');
    expect(kindOf({ headers: FAILED })).toBe('unknown');
  });
});

test('the language is null where the words do not tell', () => {
  expect(languageOf({ language: FAILED })).toBeNull();
});
