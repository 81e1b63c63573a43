import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createMetrics } from '../../src/observe/metrics.ts';
import { type Counters, type HalfLives, merge } from '../../src/reputation/fold.ts';
import type { ReputationKey } from '../../src/reputation/key.ts';
import { MAX_WAITING, StoredReputation } from '../../src/reputation/remember.ts';
import type { CounterStore, Entry } from '../../src/reputation/store.ts';

const NOW = new Date('2026-03-01T12:00:00Z');
const KEYS: readonly ReputationKey[] = ['domain:a.example', 'domain:b.example'];
const HALF_LIVES: HalfLives = { lastingMs: 30 * 86_400_000, burstMs: 600_000 };

/**
 * A store that answers when it is told to, in the order in which it was asked: as a server at the end of one connection. When that breaks,
 * nothing that was asked is answered, whether it was done or not; a batch that is sent again counts once.
 */
class FarStore implements CounterStore {
  readonly name = 'far';
  readonly kind = 'redis';
  readonly answersHoldMs = Number.POSITIVE_INFINITY;
  readonly #rows = new Map<ReputationKey, Counters>();
  readonly #work: { readonly answer: () => void; readonly lose: (isDone: boolean) => void }[] = [];
  #added: readonly Entry[] | null = null;
  reads = 0;
  adds = 0;

  changedByOthers(): boolean {
    return false;
  }

  read(keys: readonly ReputationKey[]): Promise<ReadonlyMap<ReputationKey, Counters>> {
    this.reads += 1;
    return this.#later(
      () => new Map(keys.flatMap((key) => (this.#rows.has(key) ? [[key, this.#row(key)] as const] : []))),
    );
  }

  add(batch: readonly Entry[]): Promise<ReadonlyMap<ReputationKey, Counters>> {
    this.adds += 1;
    return this.#later(() => {
      if (this.#added !== batch) {
        for (const [key, more] of batch)
          this.#rows.set(key, this.#rows.has(key) ? merge(this.#row(key), more) : more);
      }
      this.#added = batch;
      return new Map(batch.map(([key]) => [key, this.#row(key)]));
    });
  }

  prune(): number {
    return 0;
  }

  async *entries(): AsyncGenerator<Entry> {
    yield* this.#rows;
  }

  forget(): number {
    return 0;
  }

  close(): void {}

  /** Answers the oldest question. */
  async answer(): Promise<void> {
    this.#work.shift()?.answer();
    await settled();
  }

  /** Does the first so many questions, and tells nobody. */
  async breakOff(done: number): Promise<void> {
    for (const [place, { lose }] of this.#work.splice(0).entries()) lose(place < done);
    await settled();
  }

  get asked(): number {
    return this.#work.length;
  }

  #row(key: ReputationKey): Counters {
    const row = this.#rows.get(key);
    if (row === undefined) throw new Error(`no row of ${key}`);
    return row;
  }

  #later<T>(answer: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#work.push({
        answer: () => resolve(answer()),
        lose: (isDone) => {
          if (isDone) answer();
          reject(new Error('broken off'));
        },
      });
    });
  }
}

/** Lets everything run that waits for a turn. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

function open(
  store: CounterStore,
  cacheBytes = 1_000_000,
  faults: Error[] = [],
  metrics = createMetrics(),
): StoredReputation {
  return new StoredReputation({
    store,
    halfLives: HALF_LIVES,
    cacheBytes,
    flushIntervalMs: 3_600_000,
    flushEntries: 1_000_000,
    metrics,
    onFault: (fault) => faults.push(fault),
  });
}

const accept = (reputation: StoredReputation, keys: readonly ReputationKey[]) =>
  reputation.observe({ kind: 'decision', at: NOW, keys, verdict: 'accept', recipients: 1 });

function wasBrokenOff(error: Error): void {
  expect(error.message).toBe('far: broken off');
}

type Step =
  | { readonly do: 'observe' | 'lookup'; readonly key: number }
  | { readonly do: 'flush' | 'answer' }
  | { readonly do: 'break'; readonly done: number };

const steps: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constantFrom('observe' as const, 'lookup' as const), key: fc.nat(1) }),
  fc.record({ do: fc.constantFrom('flush' as const, 'answer' as const) }),
  fc.record({ do: fc.constant('break' as const), done: fc.nat(3) }),
);

test.each([
  ['a large cache', 1_000_000],
  ['a cache that holds nothing', 1],
])(
  'however questions and answers interleave and get lost, a lookup counts each observation once, with %s',
  async (_, bytes) => {
    await fc.assert(
      fc.asyncProperty(fc.array(steps, { maxLength: 25 }), async (list) => {
        const store = new FarStore();
        const reputation = open(store, bytes);
        const observed = [0, 0];
        const waiting: Promise<void>[] = [];
        const checks: { readonly least: number; readonly most: () => number; readonly got: number }[] = [];
        for (const step of list) {
          if (step.do === 'observe') {
            accept(reputation, KEYS.slice(step.key, step.key + 1));
            observed[step.key] = (observed[step.key] ?? 0) + 1;
          } else if (step.do === 'lookup') {
            const least = observed[step.key] ?? 0;
            const key = KEYS[step.key] ?? 'domain:none';
            waiting.push(
              reputation.lookup([key], NOW).then((found) => {
                const got = Math.round(found.get(key)?.messages ?? 0);
                const most = observed[step.key] ?? 0;
                checks.push({ least, most: () => most, got });
              }, wasBrokenOff),
            );
          } else if (step.do === 'flush') waiting.push(reputation.flush().catch(wasBrokenOff));
          else if (step.do === 'break') await store.breakOff(step.done);
          else await store.answer();
        }
        await settled();
        while (store.asked > 0) await store.answer();
        await Promise.all(waiting);
        for (const { least, most, got } of checks) {
          expect(got).toBeGreaterThanOrEqual(least);
          expect(got).toBeLessThanOrEqual(most());
        }
        const last = reputation.lookup(KEYS, NOW);
        await settled();
        while (store.asked > 0) await store.answer();
        const found = await last;
        expect(KEYS.map((key) => Math.round(found.get(key)?.messages ?? 0))).toEqual(observed);
      }),
      { numRuns: 300 },
    );
  },
);

test.each([
  ['not added', 0],
  ['added, and the answer lost', 1],
])('what was %s is still counted, sent again before anything is asked, and counts once', async (_, done) => {
  const store = new FarStore();
  const reputation = open(store);
  accept(reputation, KEYS);
  const failed = expect(reputation.flush()).rejects.toThrow('far: broken off');
  accept(reputation, KEYS.slice(0, 1));
  await settled();
  await store.breakOff(done);
  await failed;
  const lookup = reputation.lookup(KEYS, NOW);
  expect([store.adds, store.reads]).toEqual([2, 1]);
  await settled();
  while (store.asked > 0) await store.answer();
  const found = await lookup;
  expect(KEYS.map((key) => Math.round(found.get(key)?.messages ?? 0))).toEqual([2, 1]);
  await reputation.flush();
  expect((await reputation.lookup(KEYS, NOW)).get('domain:a.example')?.messages).toBeCloseTo(2);
});

test('what waits is shown, also what was sent and has no answer yet', async () => {
  const metrics = createMetrics();
  const store = new FarStore();
  const reputation = open(store, 1_000_000, [], metrics);
  const waiting = async () => (await metrics.reputationWaiting.get()).values[0]?.value;
  expect(await waiting()).toBe(0);
  accept(reputation, KEYS);
  expect(await waiting()).toBe(2);
  const written = reputation.flush();
  accept(reputation, ['domain:c.example']);
  expect(await waiting()).toBe(3);
  await store.answer();
  await store.answer();
  await written;
  expect(await waiting()).toBe(0);
});

test('lookups are timed by store, also those that fail', async () => {
  const metrics = createMetrics();
  const store = new FarStore();
  const reputation = open(store, 1_000_000, [], metrics);
  const failed = reputation.lookup(KEYS, NOW).catch(wasBrokenOff);
  await settled();
  await store.breakOff(0);
  await failed;
  const { values } = await metrics.reputationLookupSeconds.get();
  expect(values.find(({ metricName }) => metricName?.endsWith('_count'))).toMatchObject({
    value: 1,
    labels: { store: 'redis' },
  });
});

test('more keys than may wait are not learned, and counted as such; those that wait go on counting', async () => {
  const metrics = createMetrics();
  const faults: Error[] = [];
  const reputation = open(new FarStore(), 1_000_000, faults, metrics);
  const keys = Array.from({ length: MAX_WAITING }, (_, n): ReputationKey => `link:n${n}.example`);
  accept(reputation, keys);
  const dropped = async () => (await metrics.reputationDropped.get()).values[0]?.value;
  expect(await dropped()).toBe(0);
  accept(reputation, ['domain:late.example', 'domain:later.example']);
  accept(reputation, keys.slice(0, 1));
  expect(await dropped()).toBe(2);
  expect(faults.map(({ message }) => message)).toEqual([
    `far: ${MAX_WAITING} keys wait; new ones are not learned`,
  ]);
});

test('all keys of a message are asked for at once', async () => {
  const store = new FarStore();
  const reputation = open(store);
  const found = reputation.lookup(KEYS, NOW);
  await settled();
  expect([store.reads, store.asked]).toEqual([1, 1]);
  await store.answer();
  expect((await found).size).toBe(0);
});

test('what the answer for others pushes out of the cache still counts', async () => {
  const store = new FarStore();
  const [first = 'domain:none', second = 'domain:none'] = KEYS;
  const reputation = open(store, 300 + 2 * 16);
  accept(reputation, [first]);
  const written = reputation.flush();
  await settled();
  await store.answer();
  await written;
  const found = reputation.lookup([first, second], NOW);
  await settled();
  expect(store.asked).toBe(1);
  await store.answer();
  expect([...(await found).keys()]).toEqual([first]);
});

test('the cache stays within its bytes', async () => {
  const store = new FarStore();
  // Room for two keys that the store does not have: 180 bytes each, and two for each of the 16 characters.
  const reputation = open(store, 2 * (180 + 2 * 16));
  for (const key of [...KEYS, 'domain:c.example' as const, KEYS[0] ?? 'domain:none']) {
    const found = reputation.lookup([key], NOW);
    await settled();
    await store.answer();
    await found;
  }
  expect(store.reads).toBe(4);
});
