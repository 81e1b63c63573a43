import { describe, expect, test } from 'vitest';
import type { Case, Judged } from '../../../src/lab/cases/case.ts';
import { checked } from '../../../src/lab/cases/check.ts';
import { exampleCase } from './example-case.ts';

const judged = (verdict: Judged['verdict'], day: number, changes: Partial<Judged> = {}): Judged => ({
  at: `2026-03-0${day}T00:00:00.000Z`,
  verdict,
  category: verdict === 'accept' ? 'none' : 'scam',
  score: verdict === 'accept' ? 0.1 : 0.9,
  model: 'postern-1@1',
  detectors: ['rule:parcel_fee'],
  ...changes,
});

const missed = exampleCase({ is: 'scam' });
const states = (one: Case) => one.history.map(({ state }) => state);

describe('a case that is judged again', () => {
  test('is reproduced while the mistake is there, then fixed by the rule that came, since the check that saw it', () => {
    const now = checked(checked(missed, judged('accept', 1)), judged('accept', 2));
    expect(now).toMatchObject({ state: 'reproduced', fixedBy: null, rightSince: null });
    const caught = judged('quarantine', 3, { detectors: ['rule:parcel_fee', 'rule:new'] });
    const fixed = checked(now, caught);
    expect(fixed).toMatchObject({ state: 'fixed', fixedBy: 'rule:new finds it', rightSince: caught.at });
    expect(states(fixed)).toEqual(['received', 'found', 'reproduced', 'reproduced', 'fixed']);
    expect(checked(fixed, judged('tag', 4))).toMatchObject({ state: 'fixed', rightSince: caught.at });
  });

  test('is fixed by the model or by the rule that went', () => {
    const held = checked(exampleCase({ is: 'none' }), judged('quarantine', 1));
    expect(held.state).toBe('reproduced');
    const other = judged('accept', 2, { model: 'postern-2@1', detectors: [] });
    expect(checked(held, other).fixedBy).toBe(
      'model postern-1@1 → postern-2@1, rule:parcel_fee no longer finds it',
    );
    expect(checked(held, judged('accept', 2)).fixedBy).toMatch(/the same model and rules spoke/);
  });

  test('that the first look treats rightly was never reproduced', () => {
    expect(checked(missed, judged('reject', 1))).toMatchObject({
      state: 'not_reproduced',
      fixedBy: null,
      rightSince: '2026-03-01T00:00:00.000Z',
    });
  });

  test.each(['fixed', 'closed', 'not_reproduced'] as const)(
    'that was %s and comes back is open again',
    (state) => {
      const before = {
        ...missed,
        state,
        fixedBy: 'rule:new finds it',
        rightSince: '2026-03-01T00:00:00.000Z',
      };
      expect(checked(before, judged('accept', 2))).toMatchObject({
        state: 'reproduced',
        fixedBy: null,
        rightSince: null,
      });
    },
  );

  test('counts a deferred message as not caught: nobody held it', () => {
    expect(checked(missed, judged('defer', 1)).state).toBe('reproduced');
  });
});
