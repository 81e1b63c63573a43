import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runSuite, type SuiteResult } from './suite.ts';

/** Enough for every kind of letter on every connection. */
const MESSAGES = 12;
const LIMIT_MS = 600_000;

describe('F1 F2 F3 F8 the short form of the fault suite', () => {
  let suite: SuiteResult;

  beforeAll(async () => {
    suite = await runSuite({ messages: MESSAGES, isQuick: true, onResult: () => undefined });
  }, LIMIT_MS);

  afterAll(() => {
    for (const line of suite?.leftOut ?? []) console.warn(`SKIPPED: ${line}`);
  });

  it('has faults of every kind', () => {
    expect(suite.results).toHaveLength(18);
    expect(new Set(suite.results.map(({ id }) => id))).toEqual(new Set(['F1', 'F2', 'F3', 'F8', 'S8']));
  });

  it('withstands each of them', () => {
    const failed = suite.results.filter(({ problems }) => problems.length > 0);
    expect(failed.map(({ name, problems }) => ({ name, problems }))).toEqual([]);
  });

  it('loses nothing that was answered with 250, and doubles nothing but where a reply was lost', () => {
    expect(suite.results.flatMap(({ accounts }) => accounts.lostIds)).toEqual([]);
    expect(suite.results.flatMap(({ accounts }) => accounts.duplicated)).toEqual([]);
  });

  it('reaches every place that has a name', () => {
    expect(suite.unreached).toEqual([]);
  });
});
