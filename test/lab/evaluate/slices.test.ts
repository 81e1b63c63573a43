import { describe, expect, test } from 'vitest';
import { reliability } from '../../../src/lab/evaluate/reliability.ts';
import { atThresholds, LEAST_MESSAGES, slices } from '../../../src/lab/evaluate/slices.ts';
import { known, scored } from './messages.ts';

const THRESHOLDS = { tag: 0.5, quarantine: 0.9 };

describe('the shares at thresholds', () => {
  test('count from the threshold on; held mail is tagged, too', () => {
    const messages = [0.49, 0.5, 0.89, 0.9].map((score) => scored(score));
    const given = atThresholds(messages, THRESHOLDS);
    expect(given.messages).toBe(4);
    expect(given.tagged?.value).toBe(0.75);
    expect(given.held?.value).toBe(0.25);
    expect(atThresholds(messages, { tag: null, quarantine: null }).tagged?.value).toBe(0);
    expect(atThresholds([], THRESHOLDS).tagged).toBeNull();
  });
});

describe('slices', () => {
  const ham = Array.from({ length: 300 }, (_, i) =>
    scored(0.001 * (i + 1), { language: i < 30 ? 'de' : 'en' }),
  );
  const bad = Array.from({ length: 30 }, (_, i) =>
    scored(i < 15 ? 0.95 : 0.2, { unwanted: true, language: 'de', category: 'bec' }, i < 10 ? 'bec' : 'scam'),
  );

  test('hold unwanted mail of the slice against all legitimate mail of its fold', () => {
    const [english, german] = slices([[...ham, ...bad]], ({ language }) => language, THRESHOLDS);
    expect(english).toMatchObject({
      value: 'en',
      figures: null,
      unwanted: { messages: 0 },
      ham: { messages: 270 },
    });
    expect(german?.value).toBe('de');
    // 15 above all; 15 at 0.2, above 199 and with one of 300.
    expect(german?.figures?.auc.value).toBeCloseTo((15 + 15 * (199.5 / 300)) / 30, 12);
    expect(german?.figures?.recall[0]?.value).toBe(0.5);
    expect(german?.unwanted.held?.value).toBe(0.5);
    expect(german?.above1Percent?.value).toBe(0);
    // The highest three of 300 are English.
    expect(english?.above1Percent?.value).toBeCloseTo(3 / 270, 12);
  });

  test('count a legitimate message of two folds once, and compare scores within a fold only', () => {
    const shifted = [...ham, ...bad].map((one) => ({ ...one, logit: one.logit + 7 }));
    const [english, german] = slices([[...ham, ...bad], shifted], ({ language }) => language, THRESHOLDS);
    expect(english?.ham.messages).toBe(270);
    expect(german?.figures?.auc.value).toBeCloseTo((15 + 15 * (199.5 / 300)) / 30, 12);
  });

  test('tell how often the category is right, and leave small slices out', () => {
    const [one] = slices([[...ham, ...bad]], ({ category }) => category, THRESHOLDS);
    expect(one?.value).toBe('bec');
    expect(one?.rightCategory?.value).toBeCloseTo(1 / 3, 12);
    const few = slices([bad.slice(0, LEAST_MESSAGES - 1)], ({ category }) => category, THRESHOLDS);
    expect(few).toEqual([]);
    expect(slices([bad.slice(0, LEAST_MESSAGES)], ({ category }) => category, THRESHOLDS)).toHaveLength(1);
  });
});

describe('reliability', () => {
  test('weighs the classes to the prior, and every fold the same', () => {
    const fold = (hams: number, bads: number) => [
      ...Array.from({ length: hams }, () => scored(0.05)),
      ...Array.from({ length: bads }, () => scored(0.05, { unwanted: true })),
    ];
    const [bin, ...rest] = reliability([fold(90, 10), fold(10, 90)], 0.2);
    expect(rest).toEqual([]);
    expect(bin?.messages).toBe(200);
    expect(bin?.unwanted).toBeCloseTo(0.2, 12);
    expect(bin?.predicted).toBeCloseTo(0.05, 12);
  });

  test('has the score 1 in the last bin', () => {
    const sure = { message: known({ unwanted: true }), logit: 15, score: 1, category: 'spam' as const };
    expect(reliability([[sure, scored(0.95)]], 0.5)).toMatchObject([{ messages: 2 }]);
  });
});
