import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { stabilityIndex } from '../../../src/lab/health/drift.ts';
import { causesOf, type Health, healthOf } from '../../../src/lab/health/health.ts';
import { alarmWords } from '../../../src/lab/health/words.ts';
import { feedbackRecord, type LedgerRecord, retractionRecord } from '../../../src/ledger/record.ts';
import { decisionAt, writeLedger } from './invented-ledger.ts';

const UNTIL = new Date('2026-03-20T16:00:00Z');
const SINCE = new Date('2026-03-20T12:00:00Z');
const DAY = 86_400_000;
const PER_HOUR = 40;

/** Ten days of the same four hours; from 14:00 of the last day on, with other rules, `shortener` fires nine times as often. */
function records(): LedgerRecord[] {
  const all: LedgerRecord[] = [];
  for (let day = 10; day >= 0; day--) {
    for (let hour = 0; hour < 4; hour++) {
      const changed = day === 0 && hour >= 2;
      for (let i = 0; i < PER_HOUR; i++) {
        const at = new Date(SINCE.getTime() - day * DAY + hour * 3_600_000 + i * 60_000);
        const rules = [
          ...(i % PER_HOUR < (changed ? 36 : 4) ? ['shortener'] : []),
          ...(i % 2 === 0 ? ['steady'] : []),
        ];
        const failed = changed && i < 20 ? [FAILURE] : [];
        all.push(decisionAt(at, rules, { notRun: failed, ruleSet: changed ? 'bbb' : 'aaa' }));
      }
    }
  }
  return all;
}

const FAILURE = { what: 'evidence:links', reason: 'timedOut', detail: 'slow', outcome: 'open' } as const;

let health: Health;
const ledger = mkdtempSync(join(tmpdir(), 'postern-health-'));

beforeAll(async () => {
  const all = records();
  const fired = all.filter(
    (one) => one.kind === 'decision' && one.findings.some((f) => f.detector === 'rule:shortener'),
  );
  const said = fired.slice(0, 6).flatMap((one, i) => {
    if (one.kind !== 'decision') return [];
    const word = (is: 'scam' | 'none', minutes: number) =>
      feedbackRecord(one, { is, actor: 'pat', at: new Date(UNTIL.getTime() - minutes * 60_000) });
    const first = word(i < 4 ? 'none' : 'scam', 30);
    if (i !== 0) return [first];
    return [
      first,
      retractionRecord(first, { actor: 'pat', at: new Date(UNTIL.getTime() - 60_000), surface: 'cli' }),
    ];
  });
  writeLedger(ledger, [...all, ...said]);
  health = await healthOf({ ledger, since: SINCE, until: UNTIL });
});

describe('health of a ledger', () => {
  test('names the rule that fires more often, from when, and what was replaced then', () => {
    const alarm = health.alarms.find(({ detector }) => detector === 'rule:shortener');
    expect(alarm).toMatchObject({
      since: Date.parse('2026-03-20T14:00:00Z'),
      now: { hits: 80, messages: 160 },
    });
    expect(alarm && alarmWords(alarm, () => ['links'])).toBe(
      '`rule:shortener` fires 5 times as often (80 of 160 messages, before 160 of 1600) since 2026-03-20 14:00 UTC; it reads links; the set of rules went from aaa to bbb at 2026-03-20 14:00 UTC',
    );
  });

  test('names evidence that fails, which it did not before', () => {
    expect(health.alarms.map(({ detector }) => detector).sort()).toEqual(['failed:links', 'rule:shortener']);
  });

  test('says nothing of a rule that fires as always', () => {
    const steady = health.detectors.find(({ detector }) => detector === 'rule:steady');
    expect(steady).toMatchObject({ alarm: false, factor: 1 });
  });

  test('gives the precision of rules by the feedback in force', () => {
    const [precision] = health.precision.filter(({ detector }) => detector === 'rule:shortener');
    expect(precision).toMatchObject({ reports: 5, right: 2 });
    expect(precision?.precision.value).toBeCloseTo(0.4, 9);
    expect(precision?.precision.low).toBeGreaterThan(0.1);
    expect(precision?.precision.high).toBeLessThan(0.8);
  });

  test('says that a small ledger tells no drift', () => {
    expect(health.drift).toBeNull();
  });

  test('without a past nothing is compared', async () => {
    const young = await healthOf({
      ledger,
      since: new Date('2026-03-10T12:00:00Z'),
      until: new Date('2026-03-10T16:00:00Z'),
    });
    expect(young).toMatchObject({ alarms: [], compared: 0, unknown: 2 });
  });
});

describe('causes', () => {
  const release = (hour: number, version: string) => ({
    hour,
    first: hour,
    version,
    ruleSet: null,
    model: null,
  });

  test('a release of the hour before counts, one of two hours before does not', () => {
    const hour = 3_600_000;
    expect(causesOf(10 * hour, [release(0, '1'), release(9 * hour, '2')])).toMatchObject([
      { before: '1', after: '2' },
    ]);
    expect(causesOf(10 * hour, [release(0, '1'), release(8 * hour, '2')])).toEqual([]);
    expect(causesOf(10 * hour, [release(0, '1'), release(11 * hour, '2')])).toEqual([]);
  });
});

describe('population stability index', () => {
  test('is 0 for equal histograms and grows as they part', () => {
    expect(stabilityIndex([10, 20, 30], [100, 200, 300])).toBeLessThan(0.01);
    expect(stabilityIndex([500, 500], [900, 100])).toBeCloseTo(0.4 * Math.log(9), 1);
  });

  test('a bin that was empty makes it great, not infinite', () => {
    expect(stabilityIndex([1_000, 0], [500, 500])).toBeGreaterThan(1);
    expect(stabilityIndex([1_000, 0], [500, 500])).toBeLessThan(10);
  });
});

describe('drift', () => {
  test('names the group and the feature that moved, and what it is compared with', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'postern-drift-'));
    const start = Date.parse('2026-03-01T00:00:00Z');
    const decision = (at: number, i: number, count: number) =>
      decisionAt(
        new Date(at + i * 60_000),
        [],
        {},
        { links_count: count, html_hidden_share: (i % 10) / 10, sender_freemail: i % 2 ? 1 : null },
      );
    writeLedger(folder, [
      ...Array.from({ length: 1_000 }, (_, i) => decision(start, i, (i % 20) / 10)),
      ...Array.from({ length: 1_000 }, (_, i) => decision(start + 10 * DAY, i, 3 + (i % 20) / 10)),
    ]);
    const until = new Date(start + 11 * DAY);
    const { drift } = await healthOf({ ledger: folder, since: new Date(until.getTime() - 3_600_000), until });
    expect(drift?.groups[0]).toMatchObject({ group: 'links', feature: 'links_count' });
    expect(drift?.groups[0]?.index).toBeGreaterThan(1);
    expect(drift?.groups.find(({ group }) => group === 'sender')?.index).toBeLessThan(0.01);
    expect(drift?.reference).toMatchObject({ since: new Date(start), messages: 1_000 });
  });
});
