import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { type Config, configSchema } from '../../../src/config/schema.ts';
import { NO_EXPERIMENTS, readExperiments } from '../../../src/detect/experiments/file.ts';
import { openLedgerData } from '../../../src/lab/data/open.ts';
import { share } from '../../../src/lab/evaluate/interval.ts';
import { FLOOR_INTERVAL_MS, holdFloor, isResting, lowestUnder } from '../../../src/lab/health/floor.ts';
import type { Precision } from '../../../src/lab/health/precision.ts';
import { tell, watchHealth } from '../../../src/lab/health/watch.ts';
import { readLedger } from '../../../src/ledger/reader.ts';
import { feedbackRecord, type LedgerRecord } from '../../../src/ledger/record.ts';
import { createMetrics } from '../../../src/observe/metrics.ts';
import { changeStatus } from '../../../src/service/change-status.ts';
import { keepingLogger } from '../../ledger/example-ledger.ts';
import { decisionAt, writeLedger } from './invented-ledger.ts';

const NOW = new Date('2026-03-20T16:00:00Z');
const DAY = 86_400_000;

const rule = (id: string) => `
  - id: ${id}
    category: scam
    status: active
    weight: 1
    when: links.shorteners > 0
    words: a link hides where it goes
    falsePositives: none known
    tests: [match-plain, no-match-plain]`;

let folder: string;
let config: Config;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'postern-floor-'));
  mkdirSync(join(folder, 'rules'));
  writeFileSync(
    join(folder, 'rules', 'own.yaml'),
    `rules:${['wrong', 'worse', 'right'].map(rule).join('')}\n`,
  );
  config = configSchema.parse({
    ledger: { directory: join(folder, 'ledger') },
    detect: {
      model: null,
      rules: [join(folder, 'rules')],
      experiments: join(folder, 'experiments.yaml'),
      floor: { precision: 0.5, reports: 20 },
    },
    lab: { data: join(folder, 'data') },
    observe: { log: { level: 'error' } },
  });
});

/** Labelled mail of yesterday on which a rule fired: so many rightly, so many wrongly. */
function labelled(
  id: string,
  right: number,
  wrong: number,
  at = new Date(NOW.getTime() - DAY),
): LedgerRecord[] {
  return Array.from({ length: right + wrong }, (_, i) => {
    const decision = decisionAt(at, [id]);
    const is = i < right ? ('scam' as const) : ('none' as const);
    return [decision, feedbackRecord(decision, { is, actor: 'pat', at: new Date(at.getTime() + 60_000) })];
  }).flat();
}

async function hold(now = NOW) {
  const data = await openLedgerData({ ledger: config.ledger.directory });
  try {
    return await holdFloor(config, data, now, new Date(now.getTime() - 90 * DAY));
  } finally {
    await data.close();
  }
}

const statuses = () => readExperiments(config.detect.experiments).statuses;

describe('the floor', () => {
  test('puts the surest of the rules under it into shadow, one an hour, each with an entry in the audit trail', async () => {
    writeLedger(config.ledger.directory, [
      ...labelled('wrong', 4, 20),
      ...labelled('worse', 1, 40),
      ...labelled('right', 30, 2),
    ]);
    expect(await hold()).toMatchObject({
      subject: 'rule:worse',
      after: 'shadow',
      actor: 'postern',
      action: 'floor',
    });
    expect(await hold(new Date(NOW.getTime() + FLOOR_INTERVAL_MS - 1))).toBeNull();
    expect(statuses()).toEqual({ 'rule:worse': 'shadow' });
    expect(await hold(new Date(NOW.getTime() + FLOOR_INTERVAL_MS))).toMatchObject({ subject: 'rule:wrong' });
    expect(await hold(new Date(NOW.getTime() + 3 * FLOOR_INTERVAL_MS))).toBeNull();
    expect(statuses()).toEqual({ 'rule:worse': 'shadow', 'rule:wrong': 'shadow' });
    const audit = await Array.fromAsync(readLedger(config.ledger.directory, { kind: 'audit' }));
    expect(audit.map(({ subject, reason }) => [subject, reason])).toEqual([
      ['rule:worse', expect.stringContaining('right in 1 of 41 reports')],
      ['rule:wrong', expect.stringContaining('right in 4 of 24 reports')],
    ]);
  }, 30_000);

  test('does not take away for old mistakes what a person put back', async () => {
    writeLedger(config.ledger.directory, labelled('worse', 1, 40));
    await changeStatus(config, 'worse', 'active', {
      actor: 'pat',
      action: 'promote',
      reason: 'mended',
      at: new Date(NOW.getTime() - 60_000),
    });
    expect(await hold()).toBeNull();
  }, 30_000);

  test('that nobody configured does nothing', async () => {
    writeLedger(config.ledger.directory, labelled('worse', 1, 40));
    config = { ...config, detect: { ...config.detect, floor: { precision: null, reports: 20 } } };
    expect(await hold()).toBeNull();
  }, 30_000);

  const precision = (right: number, reports: number): Precision => {
    const interval = share(right, reports);
    if (interval === null) throw new Error('no reports');
    return { detector: 'rule:x', right, reports, precision: interval };
  };

  test.each([
    [19, false],
    [20, true],
    [21, true],
  ])('with %i reports, all wrong, a rule goes: %s', (reports, goes) => {
    expect(lowestUnder([precision(0, reports)], { precision: 0.5, reports: 20 }) !== null).toBe(goes);
  });

  test('a precision under the floor whose interval reaches over it stays', () => {
    expect(lowestUnder([precision(9, 20)], { precision: 0.5, reports: 20 })).toBeNull();
    expect(lowestUnder([precision(3, 20)], { precision: 0.5, reports: 20 })).not.toBeNull();
  });

  test('changes of people do not make it rest', () => {
    const change = {
      at: NOW.toISOString(),
      actor: 'pat',
      subject: 'rule:x',
      before: null,
      after: 'shadow' as const,
      reason: '',
    };
    expect(isResting({ ...NO_EXPERIMENTS, changes: [change] }, NOW)).toBe(false);
    expect(isResting({ ...NO_EXPERIMENTS, changes: [{ ...change, actor: 'postern' }] }, NOW)).toBe(true);
  });
});

describe('the look of a running gate', () => {
  const looked = {
    alarms: { 'rule:x': '`rule:x` fires 9 times as often' },
    drift: { links: 0.3 },
    floor: null,
  };

  test('shows alarms while they last, and logs each once', async () => {
    const metrics = createMetrics();
    const { log, lines } = keepingLogger();
    const options = { file: '', metrics, log };
    const told = new Set<string>();
    tell(looked, options, told);
    tell(looked, options, told);
    expect(await metrics.registry.metrics()).toContain('postern_detector_alarms{detector="rule:x"} 1');
    expect(await metrics.registry.metrics()).toContain('postern_feature_drift{group="links"} 0.3');
    expect(lines.filter(({ event }) => event === 'detector_alarm')).toHaveLength(1);
    tell({ ...looked, alarms: {}, drift: null }, options, told);
    expect(await metrics.registry.metrics()).not.toContain('detector="rule:x"');
    expect(await metrics.registry.metrics()).not.toContain('group="links"');
  });

  test('runs in a process of its own: a rule under the floor is in shadow, counted and logged', async () => {
    const at = new Date(Date.now() - DAY);
    writeLedger(config.ledger.directory, labelled('worse', 1, 40, at));
    const file = join(folder, 'postern.yaml');
    writeFileSync(
      file,
      JSON.stringify({
        ledger: { directory: config.ledger.directory },
        detect: config.detect,
        lab: config.lab,
      }),
    );
    const metrics = createMetrics();
    const { log, lines } = keepingLogger();
    const watch = watchHealth({ file, metrics, log });
    await watch.look();
    await watch.close();
    expect(lines.filter(({ event }) => event === 'health_not_known')).toEqual([]);
    expect(lines).toContainEqual(expect.objectContaining({ event: 'rule_under_floor', rule: 'rule:worse' }));
    expect(await metrics.registry.metrics()).toContain(
      'postern_rules_under_floor_total{rule="rule:worse"} 1',
    );
    expect(statuses()).toEqual({ 'rule:worse': 'shadow' });
  }, 60_000);

  test('a look that fails is logged, and harms nothing', async () => {
    const { log, lines } = keepingLogger();
    const watch = watchHealth({ file: join(folder, 'nowhere.yaml'), metrics: createMetrics(), log });
    await watch.look();
    await watch.close();
    expect(lines).toContainEqual(
      expect.objectContaining({ event: 'health_not_known', detail: expect.stringContaining('nowhere.yaml') }),
    );
  }, 60_000);
});
