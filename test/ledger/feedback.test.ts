import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { giveFeedback, UnknownDecision } from '../../src/ledger/feedback.ts';
import { encodeLine } from '../../src/ledger/line.ts';
import {
  type DecisionRecord,
  decisionRecord,
  type FeedbackRecord,
  feedbackRecord,
} from '../../src/ledger/record.ts';
import { type FeedbackWatch, watchFeedback } from '../../src/ledger/watch-feedback.ts';
import type { Ledger } from '../../src/ledger/writer.ts';
import { newMailId } from '../../src/mail/id.ts';
import { createMetrics, type Metrics } from '../../src/observe/metrics.ts';
import { recordFeedback } from '../../src/observe/record-feedback.ts';
import { memoryReputation } from '../../src/reputation/memory.ts';
import type { Reputation } from '../../src/reputation/reputation.ts';
import { exampleDecision } from './example-decision.ts';
import { EXAMPLE_CONTEXT, exampleLedger } from './example-ledger.ts';

const NOON = new Date('2026-03-01T12:00:00Z');

let folder: string;
let metrics: Metrics;
let ledger: Ledger;
let reputation: Reputation;
let now: Date;
let told: FeedbackRecord[];
let errors: Error[];
let watches: FeedbackWatch[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'postern-feedback-'));
  metrics = createMetrics();
  now = NOON;
  ledger = await exampleLedger(folder, metrics, () => now);
  reputation = memoryReputation({ halfLifeDays: 30, burstHalfLifeMinutes: 10 });
  [told, errors, watches] = [[], [], []];
});

afterEach(async () => {
  for (const watch of watches) await watch.close();
  await ledger.close();
  rmSync(folder, { recursive: true });
});

async function watchIt(onFeedback: (record: FeedbackRecord) => void = tell): Promise<FeedbackWatch> {
  const watch = await watchFeedback(folder, onFeedback, {
    intervalMs: 60_000,
    onError: (error) => errors.push(error),
  });
  watches.push(watch);
  return watch;
}

function tell(record: FeedbackRecord): void {
  told.push(record);
}

async function decided(): Promise<DecisionRecord> {
  const record = decisionRecord(exampleDecision(), EXAMPLE_CONTEXT);
  await ledger.append(record);
  return record;
}

describe('feedback', () => {
  test('is written, and the memory of senders learns from it under the keys of the decision', async () => {
    const { id } = await decided();
    const stores = { directory: folder, ledger, reputation };
    await giveFeedback({ id, is: 'bec', actor: 'kim', at: NOON }, stores);
    await giveFeedback({ id, is: 'none', actor: 'lee', at: NOON }, stores);
    const standings = await reputation.lookup(EXAMPLE_CONTEXT.reputationKeys, NOON);
    expect([...standings.keys()]).toEqual(EXAMPLE_CONTEXT.reputationKeys);
    for (const standing of standings.values()) {
      expect(standing).toMatchObject({
        messages: 0,
        reportedBad: expect.closeTo(1),
        reportedGood: expect.closeTo(1),
      });
    }
  });

  test('for a decision that nobody knows is an error', async () => {
    const stores = { directory: folder, ledger, reputation };
    const giving = giveFeedback({ id: newMailId(), is: 'none', actor: 'kim', at: NOON }, stores);
    await expect(giving).rejects.toThrow(UnknownDecision);
  });

  test('that cannot be written is an error, and nothing is learned from it', async () => {
    const { id } = await decided();
    const closed = await exampleLedger(folder, metrics, () => now);
    await closed.close();
    const stores = { directory: folder, ledger: closed, reputation };
    await expect(giveFeedback({ id, is: 'bec', actor: 'kim', at: NOON }, stores)).rejects.toThrow(
      /could not be written/,
    );
    expect((await reputation.lookup(EXAMPLE_CONTEXT.reputationKeys, NOON)).size).toBe(0);
  });

  test('moves the metric of the process that watches', async () => {
    const { id } = await decided();
    const watch = await watchIt((record) => recordFeedback(metrics, record));
    await giveFeedback({ id, is: 'none', actor: 'kim', at: NOON }, { directory: folder, ledger, reputation });
    await watch.poll();
    const moved = (await metrics.feedback.get()).values.filter(({ value }) => value > 0);
    expect(moved).toEqual([{ value: 1, labels: { category: 'scam', was: 'unwanted', is: 'none' } }]);
  });
});

describe('watching', () => {
  const saidBy = () => told.map((record) => record.actor);
  const line = (actor: string) =>
    encodeLine(
      feedbackRecord(decisionRecord(exampleDecision(), EXAMPLE_CONTEXT), { is: 'none', actor, at: now }),
    );
  const current = () => join(folder, `feedback-${now.toISOString().slice(0, 13).replaceAll('-', '')}.ndjson`);

  test('tells what is new, each once, and not what was there before', async () => {
    appendFileSync(current(), line('before'));
    const watch = await watchIt();
    await watch.poll();
    appendFileSync(current(), line('a') + line('b'));
    await watch.poll();
    await watch.poll();
    expect(saidBy()).toEqual(['a', 'b']);
    expect(errors).toEqual([]);
  });

  test('waits for the end of a line', async () => {
    appendFileSync(current(), line('before').slice(0, 30));
    const watch = await watchIt();
    appendFileSync(current(), line('before').slice(30, 60));
    await watch.poll();
    expect(saidBy()).toEqual([]);
    appendFileSync(current(), line('before').slice(60) + line('a'));
    await watch.poll();
    expect(saidBy()).toEqual(['before', 'a']);
  });

  test('goes on over the hour, and when the hour before is compressed', async () => {
    const watch = await watchIt();
    appendFileSync(current(), line('noon'));
    await watch.poll();
    now = new Date(NOON.getTime() + 3_600_000);
    appendFileSync(current(), line('one'));
    await watch.poll();
    now = new Date(NOON.getTime() + 2 * 3_600_000);
    await ledger.tidy();
    appendFileSync(current(), line('two'));
    await watch.poll();
    expect(saidBy()).toEqual(['noon', 'one', 'two']);
  });

  test('passes over a torn line and says so', async () => {
    const watch = await watchIt();
    appendFileSync(current(), `{"torn\n${line('a')}`);
    await watch.poll();
    expect(saidBy()).toEqual(['a']);
    expect(errors.map((error) => error.message)).toEqual([expect.stringMatching(/feedback-.*is not JSON/)]);
  });

  test('reads lines longer than a chunk', async () => {
    const watch = await watchIt();
    appendFileSync(current(), line('x'.repeat(200_000)) + line('a'));
    await watch.poll();
    expect(saidBy().map((actor) => actor.length)).toEqual([200_000, 1]);
  });
});
