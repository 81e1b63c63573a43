import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';
import { EvidenceFailure } from '../../src/evidence/evidence.ts';
import { createMetrics } from '../../src/observe/metrics.ts';
import { type Counters, type HalfLives, merge } from '../../src/reputation/fold.ts';
import type { ReputationKey } from '../../src/reputation/key.ts';
import { type OpenReputation, openReputation } from '../../src/reputation/open.ts';
import {
  ANSWERS_HOLD_MS,
  LONGEST_FLUSH_MS,
  PRUNE_PAGES,
  RedisStore,
  type RedisStoreOptions,
} from '../../src/reputation/redis-store.ts';
import type { Entry } from '../../src/reputation/store.ts';
import { describeWith } from '../describe-with.ts';
import { type RedisServer, redisRequirement, startRedis } from '../system/servers/redis.ts';

const DAY_MS = 86_400_000;
const NOW = new Date('2026-03-01T12:00:00Z');
const KEY: ReputationKey = 'domain:shop.example';
const HALF_LIVES: HalfLives = { lastingMs: 30 * DAY_MS, burstMs: 600_000 };
const PASSWORD = 'sesame/of:people@shop';

const counts = fc.double({ min: 0, max: 1e12, noNaN: true });
const times = fc.integer({ min: 0, max: 4e12 });
const eras = fc.oneof(fc.integer({ min: 8, max: 10 }), fc.integer({ min: 0, max: 10_000 }));
const counters: fc.Arbitrary<Counters> = fc.record({
  era: eras,
  firstSeen: times,
  lastSeen: times,
  messages: counts,
  held: counts,
  refused: counts,
  reportedBad: counts,
  reportedGood: counts,
  outbound: counts,
  burstEra: eras,
  recent: counts,
});

const row = (firstSeen: number, lastSeen = firstSeen): Counters => ({
  era: 9,
  firstSeen,
  lastSeen,
  messages: 1,
  held: 0,
  refused: 0,
  reportedBad: 0,
  reportedGood: 0,
  outbound: 0,
  burstEra: 4,
  recent: 3,
});

describeWith(redisRequirement, 'a Redis that keeps reputation', () => {
  let folder: string;
  let server: RedisServer;
  let direct: Redis;
  let closing: { close(): void | Promise<void> }[];
  let faults: Error[];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'postern-redis-'));
    server = await startRedis({ directory: folder, password: PASSWORD });
  });
  beforeEach(async () => {
    closing = [];
    faults = [];
    server.goOn();
    await server.start();
    direct = new Redis(server.url);
    await direct.flushall();
  });
  afterEach(async () => {
    for (const one of closing) await one.close();
    direct.disconnect();
  });
  afterAll(async () => {
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  function open(options: Partial<RedisStoreOptions> = {}): RedisStore {
    const store = new RedisStore({
      url: server.url,
      prefix: 'postern:',
      timeoutMs: 5_000,
      halfLives: HALF_LIVES,
      fingerprint: null,
      maxEntries: 1_000_000,
      onAway: (fault) => faults.push(fault),
      ...options,
    });
    closing.push(store);
    return store;
  }

  function remember(redis: Record<string, unknown> = {}, more: Record<string, unknown> = {}): OpenReputation {
    const settings = { store: 'redis', redis: { url: server.url, ...redis }, ...more };
    const config = configSchema.parse({ reputation: settings }).reputation;
    const reputation = openReputation(config, createMetrics(), (fault) => faults.push(fault));
    closing.push({ close: () => reputation.close().catch(() => undefined) });
    return reputation;
  }

  const accept = (reputation: OpenReputation, key = KEY) =>
    reputation.observe({ kind: 'decision', at: NOW, keys: [key], verdict: 'accept', recipients: 3 });
  const messages = async (reputation: OpenReputation) =>
    (await reputation.lookup([KEY], NOW)).get(KEY)?.messages ?? null;

  test('adds to the last digit what merge adds, whatever the eras', async () => {
    const store = open();
    await fc.assert(
      fc.asyncProperty(fc.array(counters, { minLength: 1, maxLength: 4 }), async (list) => {
        await store.forget([KEY]);
        for (const more of list) await store.add([[KEY, more]]);
        expect((await store.read([KEY])).get(KEY)).toEqual(list.reduce(merge));
      }),
      { numRuns: 200 },
    );
  });

  test('gives after an addition what holds now, of all gates together', async () => {
    const [one, other] = [open(), open()];
    await one.add([[KEY, row(5)]]);
    const after = await other.add([
      [KEY, row(7)],
      ['link:new.example', row(1)],
    ]);
    expect(after).toEqual(
      new Map([
        [KEY, merge(row(5), row(7))],
        ['link:new.example', row(1)],
      ]),
    );
    expect(await one.read([KEY, 'link:new.example', 'link:none.example'])).toEqual(after);
  });

  test('a batch that is sent again counts once, also when another connection sends it', async () => {
    const store = open();
    const batch: Entry[] = [[KEY, row(5)]];
    await store.add(batch);
    await direct.call('CLIENT', ['KILL', 'TYPE', 'normal', 'SKIPME', 'yes']);
    await expect.poll(() => store.add(batch).catch(() => null)).toEqual(new Map([[KEY, row(5)]]));
    await store.add([...batch]);
    expect((await store.read([KEY])).get(KEY)).toEqual(merge(row(5), row(5)));
  });

  test('a batch that is sent again when its key was forgotten brings nothing back', async () => {
    const store = open();
    const batch: Entry[] = [[KEY, row(5)]];
    await store.add(batch);
    expect(await store.forget([KEY, 'link:none.example'])).toBe(1);
    expect((await store.add(batch)).size).toBe(0);
    expect((await store.read([KEY])).size).toBe(0);
  });

  test('a value that is none of ours leaves the whole batch undone', async () => {
    const store = open();
    await store.read([KEY]);
    await direct.set('postern:link:foreign.example', 'not counters');
    await expect(
      store.add([
        [KEY, row(5)],
        ['link:foreign.example', row(5)],
      ]),
    ).rejects.toThrow();
    expect((await store.read([KEY])).size).toBe(0);
  });

  test('asks for all keys of a message in one command', async () => {
    const store = open();
    const keys = Array.from({ length: 40 }, (_, n): ReputationKey => `link:n${n}.example`);
    await store.read(keys);
    await direct.config('RESETSTAT');
    await store.read(keys);
    const stats = await direct.info('commandstats');
    expect(stats).toMatch(/cmdstat_mget:calls=1,/);
    expect(stats).not.toMatch(/cmdstat_(?!mget|config|info)/);
  });

  test('forgets who was not written for twelve half-lives', async () => {
    const store = open({ halfLives: { lastingMs: 1_000_000, burstMs: 1 } });
    await store.add([[KEY, row(5)]]);
    const left = await direct.pttl(`postern:${KEY}`);
    expect(left).toBeGreaterThan(11_900_000);
    expect(left).toBeLessThanOrEqual(12_000_000);
  });

  test('lists every entry once, of its prefix alone, whatever signs the prefix has', async () => {
    const store = open({ prefix: 'p[o]*:' });
    const names = Array.from({ length: 2_500 }, (_, n): ReputationKey => `link:n${n}.example`);
    await open({ prefix: 'pox:' }).add([['link:foreign.example', row(1)]]);
    await store.add(names.map((name) => [name, row(1)]));
    const listed = (await Array.fromAsync(store.entries())).map(([key]) => key);
    expect(listed.toSorted()).toEqual(names.toSorted());
  });

  test('drops what tells least where there is too much, and nothing below the limit', async () => {
    const names = Array.from({ length: 300 }, (_, n): ReputationKey => `link:n${n}.example`);
    const friends = names.slice(0, 50);
    const entries = names.map((name, n): Entry => [name, n < 50 ? row(1, 2) : row(1_000 + n)]);
    await open().add(entries);
    const kept = (await direct.dbsize()) - names.length;
    expect(await open({ maxEntries: kept + 300 }).prune(NOW)).toBe(0);
    expect(await open({ maxEntries: kept + 299 }).prune(NOW)).toBe(1);
    expect((await open().read(['link:n50.example'])).size).toBe(0);
    expect(await open({ maxEntries: kept + 60 }).prune(NOW)).toBe(239);
    expect((await open().read(friends)).size).toBe(50);
    expect((await open().read(names.slice(290))).size).toBe(10);
  });

  test('drops no more at a time than some pages, and goes on where it was', async () => {
    const store = open({ maxEntries: 1 });
    const count = PRUNE_PAGES * 1_000 + 3_000;
    for (let from = 0; from < count; from += 1_000)
      await store.add(Array.from({ length: 1_000 }, (_, n): Entry => [`link:n${from + n}.example`, row(n)]));
    const first = await store.prune(NOW);
    expect(first).toBeGreaterThan(1_000);
    expect(first).toBeLessThan(count - 1_000);
    while ((await store.prune(NOW)) > 0);
    expect(await direct.dbsize()).toBeLessThan(5);
  });

  test('refuses a gate with other half-lives, in words, and serves it when the prefix is another', async () => {
    await open().add([[KEY, row(5)]]);
    const other = open({ halfLives: { lastingMs: 5 * DAY_MS, burstMs: 600_000 } });
    await expect(other.read([KEY])).rejects.toThrow(
      /half-lives of 30 days and 10 minutes, addresses as they are; this gate is configured with half-lives of 5 days/,
    );
    await expect(other.add([[KEY, row(5)]])).rejects.toThrow(EvidenceFailure);
    expect((await open().read([KEY])).get(KEY)).toEqual(row(5));
    const apart = open({ halfLives: { lastingMs: 5 * DAY_MS, burstMs: 600_000 }, prefix: 'apart:' });
    expect((await apart.read([KEY])).size).toBe(0);
  });

  test('refuses a gate that hashes addresses where another does not', async () => {
    await open().add([[KEY, row(5)]]);
    await expect(open({ fingerprint: 7 }).read([KEY])).rejects.toThrow(/hashed under the key number 7/);
  });

  test('serves nobody from a database that it does not have', async () => {
    const store = open({ url: server.url.replace(/0$/, '99') });
    await expect(store.read([KEY])).rejects.toThrow(/DB index is out of range/);
  });

  test('a wrong password is named, and shown to nobody', async () => {
    const store = open({ url: server.url.replace(encodeURIComponent(PASSWORD), 'guessed-wrong') });
    const failure: unknown = await store.read([KEY]).catch((error: unknown) => error);
    expect(failure).toMatchObject({ reason: 'unavailable', message: expect.stringMatching(/WRONGPASS/) });
    for (const error of [failure, ...faults]) {
      expect(JSON.stringify(error) + String((error as Error).stack)).not.toMatch(/guessed-wrong/);
      expect((error as Error).cause).toBeUndefined();
    }
  });

  test('a lookup fails at once while nobody is there, and works when somebody is again', async () => {
    const reputation = remember();
    accept(reputation);
    await reputation.flush();
    await server.stop();
    await expect.poll(() => faults[0]?.message).toMatch(/not connected/);
    await expect(reputation.lookup(['link:other.example'], NOW)).rejects.toMatchObject({
      reason: 'unavailable',
      message: expect.stringMatching(/^redis:\/\/127\.0\.0\.1:\d+\/0: not connected/),
    });
    await expect(reputation.check()).rejects.toThrow(/not connected/);
    accept(reputation);
    accept(reputation);
    await server.start();
    await expect
      .poll(
        () =>
          reputation.check().then(
            () => true,
            () => false,
          ),
        { timeout: 15_000 },
      )
      .toBe(true);
    await reputation.flush();
    // It kept nothing; what came meanwhile is there.
    await expect.poll(() => messages(reputation)).toBeCloseTo(2);
  });

  test('a gate starts while nobody is there', async () => {
    await server.stop();
    const reputation = remember();
    await expect(reputation.lookup([KEY], NOW)).rejects.toMatchObject({ reason: 'unavailable' });
    expect(faults).toHaveLength(1);
    accept(reputation);
    await server.start();
    await expect.poll(() => messages(reputation).catch(() => null), { timeout: 15_000 }).toBeCloseTo(1);
  });

  test('where it hangs, a lookup ends with timedOut, those after it at once, and nothing is counted twice', async () => {
    const reputation = remember({ timeoutMs: 100 });
    accept(reputation);
    await reputation.flush();
    server.hang();
    const lookup = () => reputation.lookup(['link:other.example'], NOW);
    const write = () => reputation.flush().catch(() => undefined);
    accept(reputation);
    // The server finds both in its socket when it goes on: the batch, and the same batch sent again.
    await Promise.all([write(), expect(lookup()).rejects.toMatchObject({ reason: 'timedOut' })]);
    const after = await Promise.allSettled(Array.from({ length: 50 }, lookup));
    expect(after.every((one) => one.status === 'rejected' && one.reason.reason === 'timedOut')).toBe(true);
    server.goOn();
    await expect
      .poll(
        () =>
          reputation.check().then(
            () => true,
            () => false,
          ),
        { timeout: 15_000 },
      )
      .toBe(true);
    await reputation.flush();
    expect((await open().read([KEY])).size).toBe(1);
    await expect.poll(() => messages(reputation)).toBeCloseTo(2);
  });

  test('gates see what each other observed, within what a cache and a write may wait', async () => {
    const [one, other] = [remember(), remember()];
    expect(await messages(other).catch(() => null)).toBeNull();
    accept(one);
    await expect.poll(() => messages(other), { timeout: 10_000 }).toBeCloseTo(1);
    expect(ANSWERS_HOLD_MS + LONGEST_FLUSH_MS).toBeLessThan(1_000);
  });

  test('a file of entries to look into is not needed before it can be asked', async () => {
    await open().add([[KEY, row(5)]]);
    expect((await open().read([KEY])).size).toBe(1);
    expect(await Array.fromAsync(open().entries())).toHaveLength(1);
  });

  test('a closed store answers nobody, and leaves nothing running', async () => {
    const store = open();
    store.close();
    await expect(store.read([KEY])).rejects.toThrow(/closed/);
    await expect(store.add([[KEY, row(1)]])).rejects.toThrow(/closed/);
  });
});

test.each(['http://host', 'redis://', 'redis://:secret-one@host:99999', 'redis://:secret-one@host/words'])(
  'a URL that is none is refused without being shown: %s',
  (url) => {
    const store = () =>
      new RedisStore({
        url,
        prefix: '',
        timeoutMs: 1,
        halfLives: HALF_LIVES,
        fingerprint: null,
        maxEntries: 1,
      });
    expect(store).toThrow(/^reputation\.redis\.url: /);
    expect(store).not.toThrow(/secret-one/);
  },
);
