import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';
import { factsOf } from '../../src/evidence/evidence.ts';
import { readLedger } from '../../src/ledger/reader.ts';
import { halfLivesOf, standingOf } from '../../src/reputation/fold.ts';
import type { ReputationKey } from '../../src/reputation/key.ts';
import { openStore } from '../../src/reputation/open.ts';
import type { CounterStore } from '../../src/reputation/store.ts';
import { describeWith } from '../describe-with.ts';
import { KeepingHop } from '../faults/next-hop.ts';
import { account } from './accounts.ts';
import { type Letter, type Outcome, sendAll } from './send-all.ts';
import { type Postern, startPostern } from './servers/postern.ts';
import { type RedisServer, redisRequirement, startRedis } from './servers/redis.ts';
import { until } from './servers/wait.ts';

/** What a gate does with mail when it cannot remember; each of the three gates has one. */
const OUTCOMES = ['open', 'tag', 'defer'] as const;
type OutcomeName = (typeof OUTCOMES)[number];

/** A mail server tries for days; here it pauses for 200 ms. */
const RETRIES = 600;
const CONNECTIONS = 3;
const TEST_MS = 240_000;

describeWith(redisRequirement, 'F3 three gates with one memory', () => {
  let directory: string;
  let redis: RedisServer;
  let hop: KeepingHop;
  let memory: CounterStore;
  const gates = new Map<OutcomeName, Postern>();
  /** Each test has mail of its own. */
  let firm = '';
  let firms = 0;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'postern-shared-'));
    redis = await startRedis({ directory: join(directory, 'redis'), keeps: true });
    hop = new KeepingHop();
    await hop.start();
    memory = openStore(reputation());
    await Promise.all(
      OUTCOMES.map(async (outcome) => {
        const settings = {
          detect: { model: null, rules: [] },
          inspection: { workers: 1 },
          reputation: reputation(),
          failures: { reputation: outcome },
          // What becomes of a message hangs on its evidence alone.
          policy: { default: { tag: null, quarantine: null, reject: null } },
        };
        gates.set(
          outcome,
          await startPostern({ directory: join(directory, outcome), nextHopPort: hop.port, settings }),
        );
      }),
    );
  }, TEST_MS);
  beforeEach(() => {
    firms += 1;
    firm = `firm${firms}.example`;
  });
  afterAll(async () => {
    redis?.goOn();
    const codes = await Promise.all([...gates.values()].map((gate) => gate.stop()));
    await memory?.close();
    await hop?.close();
    await redis?.stop();
    await rm(directory, { recursive: true });
    expect(codes).toEqual([0, 0, 0]);
  }, TEST_MS);

  const reputation = () =>
    configSchema.parse({ reputation: { store: 'redis', redis: { url: redis.url } } }).reputation;

  function gate(outcome: OutcomeName): Postern {
    const one = gates.get(outcome);
    if (one === undefined) throw new Error(`no gate with the outcome ${outcome}`);
    return one;
  }

  /** Every sender is new, so each message has something to ask. */
  function letters(about: string, count: number): Letter[] {
    return Array.from({ length: count }, (_, index) => {
      const id = `${about}${index}`;
      const mailFrom = `${id}@${firm}`;
      const recipient = `${id}.${firm}@inbox.example`;
      const head = [`From: ${mailFrom}`, `To: ${recipient}`, `Subject: ${id}`, `Message-ID: <${id}@${firm}>`];
      return {
        id,
        mailFrom,
        recipient,
        raw: Buffer.from(`${[...head, '', 'Good morning.'].join('\r\n')}\r\n`),
      };
    });
  }

  const send = (outcome: OutcomeName, list: readonly Letter[]): Promise<Outcome[]> =>
    sendAll(list, { port: gate(outcome).port, connections: CONNECTIONS, retries: RETRIES });

  async function sendEach(about: string, count: number): Promise<Outcome[]> {
    const sent = OUTCOMES.map((outcome) => send(outcome, letters(`${about}-${outcome}-`, count)));
    return (await Promise.all(sent)).flat();
  }

  /** Messages of the firm that the server has been told of by all gates together. */
  async function remembered(): Promise<number> {
    const key: ReputationKey = `domain:${firm}`;
    const counters = (await memory.read([key])).get(key);
    if (counters === undefined) return 0;
    return Math.round(standingOf(counters, new Date(), halfLivesOf(reputation())).messages);
  }

  /** Messages of the firm that the gate knew of when it judged the one of this id. */
  async function known(outcome: OutcomeName, { recipient }: Letter): Promise<number | null> {
    const folder = join(directory, outcome, 'var', 'ledger');
    for await (const { envelope, evidence } of readLedger(folder, { kind: 'decision' }))
      if (envelope.rcptTo.includes(recipient)) return factsOf(evidence.reputation)?.domain.messages ?? null;
    return null;
  }

  async function failures(outcome: OutcomeName, reason = '[a-zA-Z]+'): Promise<number> {
    const lines = (await gate(outcome).metrics()).matchAll(
      new RegExp(
        `^postern_evidence_failures_total\\{source="reputation",reason="${reason}",outcome="${outcome}"\\} (\\d+)$`,
        'gm',
      ),
    );
    return [...lines].reduce((sum, [, count]) => sum + Number(count), 0);
  }

  const waiting = async (outcome: OutcomeName) =>
    Number(/^postern_reputation_waiting (\d+)$/m.exec(await gate(outcome).metrics())?.[1] ?? 'NaN');

  async function ready(outcome: OutcomeName): Promise<{ status: number; reputation: string }> {
    const response = await fetch(`http://127.0.0.1:${gate(outcome).metricsPort}/readyz`);
    const { checks } = (await response.json()) as { checks: Record<string, string> };
    return { status: response.status, reputation: checks.reputation ?? '' };
  }

  const allRemember = () =>
    until('every gate has its memory back', async () =>
      (await Promise.all(OUTCOMES.map(ready))).every(({ reputation: is }) => is === 'ok'),
    );

  function expectAllThere(outcomes: readonly Outcome[]): void {
    const { sent, delivered, lost, duplicated, unanswered } = account(outcomes, {
      delivered: hop.kept,
      held: [],
    });
    expect({ delivered, lost, duplicated, unanswered }).toEqual({
      delivered: sent,
      lost: 0,
      duplicated: [],
      unanswered: 0,
    });
  }

  it(
    'know of each other what they observed',
    async () => {
      // Everybody has looked, so everybody has it in its cache that the firm is unknown, or of one message.
      expectAllThere(await sendEach('first', 1));
      expectAllThere(await send('open', letters('many', 10)));
      for (const outcome of ['tag', 'defer'] as const) {
        let round = 0;
        await until(
          `the gate ${outcome} knows what the gate open saw`,
          async () => {
            round += 1;
            const probe = letters(`probe-${outcome}-${round}-`, 1);
            await send(outcome, probe);
            const [letter] = probe;
            if (letter === undefined) return false;
            const seen = await until('the ledger has it', async () => known(outcome, letter));
            return seen > 12;
          },
          10_000,
        );
      }
      expect(await Promise.all(OUTCOMES.map((outcome) => failures(outcome)))).toEqual([0, 0, 0]);
    },
    TEST_MS,
  );

  it(
    'go on without it when its server stops under load, each as configured, and lose nothing that they observed',
    async () => {
      const before = await sendEach('before', 5);
      const under = sendEach('under', 25);
      await redis.stop();
      const without = sendEach('without', 5);
      await until('every gate has missed it', async () =>
        (await Promise.all(OUTCOMES.map((outcome) => failures(outcome, 'unavailable')))).every(
          (count) => count > 0,
        ),
      );
      for (const outcome of OUTCOMES)
        expect(await ready(outcome)).toEqual({
          status: 200,
          reputation: expect.stringMatching(/^degraded: redis:\/\/127\.0\.0\.1:\d+\/0: not connected/),
        });
      expect(await waiting('open')).toBeGreaterThan(0);
      await redis.start();
      const outcomes = [...before, ...(await under), ...(await without)];
      await allRemember();
      outcomes.push(...(await sendEach('after', 2)));
      expectAllThere(outcomes);
      await until('all is remembered', async () => (await remembered()) === outcomes.length);
      expect(await Promise.all(OUTCOMES.map(waiting))).toEqual([0, 0, 0]);
      // No message was put off by the others; and one gate tagged what it could not ask about, and nothing else.
      const { verdicts } = account(outcomes, { delivered: hop.kept, held: [] });
      expect(verdicts.tag).toBe(await failures('tag'));
      expect(await gate('open').log()).toMatch(/"msg":"reputation is back"/);
    },
    TEST_MS,
  );

  it(
    'do not wait for a server that hangs, and count nothing twice when it goes on',
    async () => {
      const timedOut = () => Promise.all(OUTCOMES.map((outcome) => failures(outcome, 'timedOut')));
      const before = await timedOut();
      const first = await sendEach('first', 3);
      redis.hang();
      const during = sendEach('during', 20);
      await until('every gate has waited in vain', async () =>
        (await timedOut()).every((count, index) => count > (before[index] ?? 0)),
      );
      // Two gates take mail all the while.
      const [open, tag] = await Promise.all([
        send('open', letters('meanwhile-open-', 20)),
        send('tag', letters('meanwhile-tag-', 20)),
      ]);
      redis.goOn();
      const outcomes = [...first, ...(await during), ...open, ...tag];
      await allRemember();
      expectAllThere(outcomes);
      await until('all is remembered', async () => (await remembered()) === outcomes.length);
      expect(await Promise.all(OUTCOMES.map(waiting))).toEqual([0, 0, 0]);
      outcomes.push(...(await sendEach('after', 1)));
      await until('what came since is remembered, too', async () => (await remembered()) === outcomes.length);
    },
    TEST_MS,
  );
});
