import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  giveFeedback,
  giveFeedbackOn,
  retractFeedback,
  UnknownDecision,
  UnknownFeedback,
} from '../../src/ledger/feedback.ts';
import { feedbackInForce, findFeedback } from '../../src/ledger/find-feedback.ts';
import { decodeLine, encodeLine } from '../../src/ledger/line.ts';
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

describe('feedback in force', () => {
  const LATER = new Date('2026-03-11T12:00:00Z');
  const stores = () => ({ directory: folder, ledger, reputation });
  const standing = async (at = LATER) => {
    const one = (await reputation.lookup(EXAMPLE_CONTEXT.reputationKeys, at)).get('domain:shop.example');
    return [one?.reportedBad ?? 0, one?.reportedGood ?? 0];
  };
  const inForce = async (id: string) => feedbackInForce(await findFeedback(folder, id, NOON));

  test('counts once a person, however often it is said', async () => {
    const decision = await decided();
    const saying = { is: 'bec', actor: 'kim', at: NOON } as const;
    const first = await giveFeedbackOn(decision, saying, stores());
    const again = await giveFeedbackOn(decision, { ...saying, at: LATER, surface: 'mailbox' }, stores());
    expect(first.repeated).toBe(false);
    expect(again).toEqual({ record: first.record, repeated: true });
    await giveFeedbackOn(decision, { ...saying, actor: 'lee' }, stores());
    expect(await standing(NOON)).toEqual([expect.closeTo(2), 0]);
  });

  test('is taken back as if it had never been said, also by another person and ten days later', async () => {
    const { id } = await decided();
    await giveFeedback({ id, is: 'bec', actor: 'lee', at: NOON }, stores());
    const before = await standing();
    const said = await giveFeedback({ id, is: 'bec', actor: 'kim', at: NOON }, stores());
    now = LATER;
    const undo = { actor: 'sam', at: LATER, surface: 'cli' } as const;
    const taken = await retractFeedback(said.feedbackId, undo, stores());
    expect(taken.record).toMatchObject({ retracts: said.feedbackId, actor: 'sam', is: 'bec' });
    expect(await standing()).toEqual(before.map((count) => expect.closeTo(count, 12)));
    expect((await inForce(id)).map((one) => one.actor)).toEqual(['lee']);
    expect((await retractFeedback(said.feedbackId, undo, stores())).repeated).toBe(true);
    expect(await standing()).toEqual(before.map((count) => expect.closeTo(count, 12)));
    await expect(retractFeedback(taken.record.feedbackId, undo, stores())).rejects.toThrow(/an undo itself/);
    await expect(retractFeedback(newMailId(), undo, stores())).rejects.toThrow(UnknownFeedback);
  });

  test('can be said again after it was taken back', async () => {
    const { id } = await decided();
    const said = await giveFeedback({ id, is: 'bec', actor: 'kim', at: NOON }, stores());
    await retractFeedback(said.feedbackId, { actor: 'kim', at: NOON, surface: 'cli' }, stores());
    await giveFeedback({ id, is: 'bec', actor: 'kim', at: NOON }, stores());
    expect(await inForce(id)).toHaveLength(1);
    expect(await standing(NOON)).toEqual([expect.closeTo(1), expect.closeTo(0)]);
  });

  test('is the last word of each person', async () => {
    const { id } = await decided();
    await giveFeedback({ id, is: 'bec', actor: 'kim', at: NOON }, stores());
    await giveFeedback({ id, is: 'none', actor: 'kim', at: NOON }, stores());
    expect((await inForce(id)).map((one) => one.is)).toEqual(['none']);
    expect(await standing(NOON)).toEqual([expect.closeTo(0), expect.closeTo(1)]);
  });

  test('that is weak teaches nothing, counts in no metric, and does not touch what was stated', async () => {
    const decision = await decided();
    const watch = await watchIt((record) => recordFeedback(metrics, record));
    const weak = { is: 'none', actor: 'kim', at: NOON, surface: 'release', strength: 'weak' } as const;
    await giveFeedbackOn(decision, { is: 'bec', actor: 'kim', at: NOON }, stores());
    await giveFeedbackOn(decision, weak, stores());
    expect((await inForce(decision.id)).map(({ is, strength }) => [is, strength])).toEqual([
      ['bec', 'strong'],
      ['none', 'weak'],
    ]);
    expect(await standing(NOON)).toEqual([expect.closeTo(1), 0]);
    await watch.poll();
    expect(await moved(metrics.feedback)).toEqual([
      { value: 1, labels: { category: 'scam', was: 'unwanted', is: 'bec' } },
    ]);
  });

  test('in metrics is what was said less what was taken back', async () => {
    const { id } = await decided();
    const watch = await watchIt((record) => recordFeedback(metrics, record));
    const said = await giveFeedback({ id, is: 'none', actor: 'kim', at: NOON }, stores());
    await retractFeedback(said.feedbackId, { actor: 'kim', at: NOON, surface: 'http' }, stores());
    await watch.poll();
    const one = [{ value: 1, labels: { category: 'scam', was: 'unwanted', is: 'none' } }];
    expect(await moved(metrics.feedback)).toEqual(one);
    expect(await moved(metrics.feedbackRetracted)).toEqual(one);
  });

  test('of lines that are older than its ids can be taken back, too', async () => {
    const decision = await decided();
    const { feedbackId, surface, strength, retracts, retractedFrom, ...old } = feedbackRecord(decision, {
      is: 'bec',
      actor: 'kim',
      at: NOON,
    });
    appendFileSync(join(folder, 'feedback-20260301T12.ndjson'), `${JSON.stringify(old)}\n`);
    const [read] = await inForce(decision.id);
    expect(read).toMatchObject({ surface: 'cli', strength: 'strong', retracts: null });
    expect(decodeLine(JSON.stringify(old))).toEqual(read);
    const undo = { actor: 'kim', at: NOON, surface: 'cli' } as const;
    await retractFeedback(read?.feedbackId ?? '', undo, stores());
    expect(await inForce(decision.id)).toEqual([]);
  });
});

async function moved(counter: Metrics['feedback']) {
  return (await counter.get()).values.filter(({ value }) => value > 0);
}

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
