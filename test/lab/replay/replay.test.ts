import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Config } from '../../../src/config/schema.ts';
import { replay } from '../../../src/lab/replay/replay.ts';
import { feedbackRecord } from '../../../src/ledger/record.ts';
import { openLedger } from '../../../src/ledger/writer.ts';
import { Mistake } from '../../../src/mistake.ts';
import { createMetrics } from '../../../src/observe/metrics.ts';
import { keepingLogger } from '../../ledger/example-ledger.ts';
import { type RealLedger, realLedger } from './real-ledger.ts';

let real: RealLedger;
let ledger: string;
let data: string;

beforeAll(async () => {
  real = await realLedger();
  ledger = join(real.folder, 'ledger');
  data = join(real.folder, 'data');
  await mkdir(data);
});
afterAll(() => real.remove());

function withPolicy(policy: Partial<Config['policy']>): Config {
  return { ...real.config, policy: { ...real.config.policy, ...policy } };
}

async function withRule(name: string, text: string): Promise<Config> {
  const folder = join(real.folder, name);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'rule.yaml'), `rules:\n${text}`);
  return { ...real.config, detect: { ...real.config.detect, rules: [...real.config.detect.rules, folder] } };
}

const rule = (when: string, rest = 'status: active\n    weight: 6') => `  - id: tried
    category: spam
    ${rest}
    when: ${when}
    words: It is tried
    falsePositives: none
    tests: [match-1, no-match-1]
`;

describe('replay with the configuration that decided', () => {
  it('gives every verdict again, from the log and from DuckDB', async () => {
    for (const source of [{}, { data }]) {
      const summary = await replay({ ledger, ...source, with: real.config, current: real.config });
      expect(summary.decisions).toBe(real.records.length);
      expect(summary).toMatchObject({ replayed: real.records.length, changed: 0, moves: [] });
      expect(summary.verified).toEqual({ decisions: real.records.length, same: real.records.length });
    }
  });

  it('gives every score again to the last bit when all rules are judged anew', async () => {
    const config = await withRule('never', rule('links.count < 0.0'));
    const summary = await replay({ ledger, with: config, current: real.config });
    expect(summary).toMatchObject({ kind: 'rules', replayed: real.records.length, changed: 0, rescored: 0 });
    expect(summary.notReplayed.count).toBe(0);
  });
});

describe('replay with other thresholds', () => {
  it('moves exactly the messages whose scores lie between the old and the new threshold', async () => {
    const summary = await replay({
      ledger,
      with: withPolicy({ default: { tag: 0.2, quarantine: 0.95, reject: null } }),
      current: real.config,
    });
    const between = (low: number, high: number) =>
      real.records.filter(({ score }) => score >= low && score < high).map(({ id }) => id);
    expect(summary.kind).toBe('policy');
    const expected = [...between(0.2, 0.5), ...between(0.7, 0.95)];
    expect(summary.changes.map(({ id }) => id).sort()).toEqual(expected.sort());
    expect(summary.changed).toBe(summary.moves.reduce((sum, { count }) => sum + count, 0));
    expect(expected.length).toBeGreaterThan(3);
    expect(summary.changes[0]?.why.join()).toMatch(/^score 0\.\d{3} (reaches|is below) /);
  });

  it('gives the same bytes again, and the same from the log as from DuckDB, with lists and a domain of its own', async () => {
    const [first] = real.records;
    const tried = withPolicy({
      default: { tag: 0.2, quarantine: 0.95, reject: 0.99 },
      domains: { [(first?.envelope.rcptTo[0] ?? '').split('@')[1] ?? '']: { tag: 0.05 } },
      allow: [...new Set(real.records.map(({ from }) => from.split('@')[1] ?? ''))].slice(0, 20),
      block: ['203.0.113.0/26', real.records.at(-1)?.from ?? ''],
    });
    const told = async (source: { readonly data?: string }) =>
      JSON.stringify(await replay({ ledger, ...source, with: tried, current: real.config }));
    const once = await told({});
    expect(JSON.parse(once).changed).toBeGreaterThan(5);
    expect(await told({})).toBe(once);
    expect(await told({ data })).toBe(once);
    expect(await told({ data })).toBe(once);
  });

  it('counts a score that is the threshold as reaching it, and not one just under', async () => {
    const highest = Math.max(
      ...real.records.filter(({ verdict }) => verdict === 'accept').map(({ score }) => score),
    );
    const above = highest * (1 + Number.EPSILON);
    for (const source of [{}, { data }]) {
      for (const [tag, changed] of [
        [highest, 1],
        [above, 0],
      ] as const) {
        const tried = withPolicy({ default: { tag, quarantine: 0.7, reject: null } });
        expect(await replay({ ledger, ...source, with: tried, current: real.config })).toMatchObject({
          changed,
        });
      }
    }
  });

  it('lists the earliest changes and counts all', async () => {
    const tried = withPolicy({ default: { tag: 0, quarantine: null, reject: null } });
    const all = await replay({ ledger, with: tried, current: real.config });
    for (const source of [{}, { data }]) {
      const some = await replay({ ledger, ...source, with: tried, current: real.config, list: 2 });
      expect(some.changes).toEqual(all.changes.slice(0, 2));
      expect(some.moves).toEqual(all.moves);
    }
  });

  it('takes since as included and until as excluded', async () => {
    const [, second, third] = real.records;
    for (const source of [{}, { data }]) {
      const summary = await replay({
        ledger,
        ...source,
        since: new Date(second?.at ?? ''),
        until: new Date(third?.at ?? ''),
        with: withPolicy({ default: { tag: 0, quarantine: 0, reject: 0 } }),
      });
      expect(summary.decisions).toBe(1);
      expect(summary.changes.map(({ id }) => id)).toEqual([second?.id]);
    }
  });

  it('sets aside decisions that the current configuration does not make', async () => {
    const wrong = withPolicy({ default: { tag: 0.5, quarantine: 0.95, reject: null } });
    for (const source of [{}, { data }]) {
      const summary = await replay({ ledger, ...source, with: real.config, current: wrong });
      const held = real.records.filter(({ score }) => score >= 0.7 && score < 0.95);
      expect(summary.notReplayed.reasons).toEqual([
        { reason: 'the current configuration gives tag, quarantine was decided', count: held.length },
      ]);
      expect(summary.notReplayed.decisions.map(({ id }) => id)).toEqual(held.map(({ id }) => id));
      expect(summary.verified?.same).toBe(real.records.length - held.length);
      expect(summary.replayed).toBe(real.records.length - held.length);
    }
  });
});

describe('replay with other rules', () => {
  it('judges a new rule on logged evidence, beside the opinion of the model, as inspection would', async () => {
    const config = await withRule(
      'links',
      rule('links.count > 0.0', 'status: active\n    weight: 9\n    besideModel: whole'),
    );
    const summary = await replay({ ledger, with: config, current: real.config });
    const relearned = await realLedger(() => config);
    try {
      expect(summary.changed).toBeGreaterThan(0);
      const after = new Map(summary.changes.map(({ id, after: it }) => [id, it]));
      for (const [i, record] of real.records.entries()) {
        const live = relearned.records[i];
        expect(after.get(record.id)?.verdict ?? record.verdict).toBe(live?.verdict);
      }
      expect(summary.changes[0]?.why[0]).toBe('rule:tried found, +9.00');
    } finally {
      await relearned.remove();
    }
  });

  it('names a new rule that needs the text, and replays what it does not come to', async () => {
    const config = await withRule('text', rule('links.count > 0.0 && message.text.contains("invoice")'));
    const summary = await replay({ ledger, with: config, current: real.config });
    const withLinks = real.records.filter(
      ({ evidence }) => evidence.links.status === 'ok' && evidence.links.facts.count > 0,
    );
    expect(summary.notReplayed.reasons).toEqual([
      { reason: 'rule:tried reads the text of the mail', count: withLinks.length },
    ]);
    const needs = summary.needsMail.find(({ rule: id }) => id === 'rule:tried');
    expect(needs).toEqual({ rule: 'rule:tried', decisions: withLinks.length, fromLog: 0 });
    expect(summary.replayed).toBe(real.records.length - withLinks.length);
  });

  it('takes a rule that needs the text from the log where it did not change, and only there', async () => {
    const config = await withRule('other', rule('links.count < 0.0'));
    const known = await replay({ ledger, with: config, current: real.config });
    expect(known.needsMail.length).toBeGreaterThan(5);
    for (const { decisions, fromLog } of known.needsMail) expect(fromLog).toBe(decisions);
    const unknown = await replay({ ledger, with: config });
    expect(unknown.notReplayed.count).toBeGreaterThan(0);
    expect(unknown.notReplayed.reasons[0]?.reason).toMatch(/^rule:\w+ reads the text of the mail$/);
  });

  it('lets a rule in shadow change nothing, even one that needs the text', async () => {
    const config = await withRule(
      'shadow',
      rule('message.text.contains("e")', 'status: shadow\n    weight: 9'),
    );
    const summary = await replay({ ledger, with: config, current: real.config });
    expect(summary).toMatchObject({ replayed: real.records.length, changed: 0, rescored: 0 });
  });

  it('refuses another model without raw mail', async () => {
    const config = { ...real.config, detect: { ...real.config.detect, model: null } };
    await expect(replay({ ledger, with: config, current: real.config })).rejects.toThrow(Mistake);
  });
});

describe('known cases', () => {
  it('says which are newly caught, missed, wrong and right', async () => {
    const low = real.records.find(({ verdict, score }) => verdict === 'accept' && score > 0.15);
    const other = real.records.find(
      ({ id, verdict, score }) => id !== low?.id && verdict === 'accept' && score > 0.15,
    );
    if (low === undefined || other === undefined) throw new Error('the demo has two accepted messages');
    const folder = { directory: ledger, retentionDays: 3650 };
    const log = await openLedger(folder, createMetrics(), keepingLogger().log, () => new Date(low.at));
    const at = new Date(low.at);
    await log.append(feedbackRecord(low, { is: 'bec', actor: 'ann', at }));
    await log.append(feedbackRecord(other, { is: 'none', actor: 'ann', at }));
    await log.close();
    for (const source of [{}, { data }]) {
      const { cases } = await replay({
        ledger,
        ...source,
        with: withPolicy({ default: { tag: 0.1, quarantine: 0.7, reject: null } }),
        current: real.config,
        list: 0,
      });
      expect(cases.newlyCaught).toMatchObject({ count: 1, of: 1, ids: [low.id] });
      expect(cases.newlyWrong).toMatchObject({ count: 1, of: 1, ids: [other.id] });
      expect(cases.newlyMissed.count + cases.newlyRight.count).toBe(0);
      expect(cases.newlyCaught.share?.low).toBeCloseTo(0.2065, 3);
    }
  });
});
