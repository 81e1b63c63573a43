import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { LRUCache } from 'lru-cache';
import type { Config } from '../../src/config/schema.ts';
import { type Counters, countersOf, halfLivesOf } from '../../src/reputation/fold.ts';
import type { ReputationKey } from '../../src/reputation/key.ts';
import { openStore } from '../../src/reputation/open.ts';
import { startRedis } from '../../test/system/servers/redis.ts';

const REDIS_SERVER = '/usr/bin/redis-server';
const BATCH = 1_000;
const AT = new Date(Date.UTC(2026, 11, 31));

/** Memory of a Redis for these entries, by its own account (INFO used_memory), each; null where there is none. */
export async function measureRedis(
  directory: string,
  settings: Config['reputation'],
  keys: readonly ReputationKey[],
): Promise<number | null> {
  if (!existsSync(REDIS_SERVER)) return null;
  const server = await startRedis({ directory });
  const store = openStore({
    ...settings,
    store: 'redis',
    redis: { ...settings.redis, url: server.url, timeoutMs: 10_000 },
  });
  try {
    await connected(() => Promise.resolve(store.read(keys.slice(0, 1))));
    const before = await usedMemory(server.port);
    for (let first = 0; first < keys.length; first += BATCH)
      await store.add(keys.slice(first, first + BATCH).map((key) => [key, one(settings)] as const));
    return ((await usedMemory(server.port)) - before) / keys.length;
  } finally {
    await store.close();
    await server.stop();
  }
}

/** Heap of an lru-cache with these entries, each, as remember.ts keeps them: key and counters. */
export async function measureCache(keys: readonly ReputationKey[]): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect !== 'function') throw new Error('this Node cannot be told to collect garbage');
  // The sum stands in so that the keys are strings of their own, as those of a store are.
  const own = keys.map((key) => Buffer.from(key).toString('latin1'));
  const settings = { halfLifeDays: 30, burstHalfLifeMinutes: 10 };
  collect();
  const empty = process.memoryUsage().heapUsed;
  const cache = new LRUCache<string, Counters>({ maxSize: 1e12, sizeCalculation: () => 1 });
  for (const key of own) cache.set(key, one(settings));
  collect();
  const used = process.memoryUsage().heapUsed - empty;
  const characters = own.reduce((sum, key) => sum + key.length, 0);
  if (cache.size !== new Set(own).size) throw new Error('the cache lost entries');
  // The keys themselves were there before the measurement began.
  return (used + characters) / keys.length;
}

function one(settings: Parameters<typeof halfLivesOf>[0]): Counters {
  const counters = countersOf(
    { kind: 'decision', at: AT, keys: [], verdict: 'accept', recipients: 1 },
    halfLivesOf(settings),
  );
  if (counters === null) throw new Error('an accepted message counts');
  return counters;
}

async function connected(ask: () => Promise<unknown>): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      await ask();
      return;
    } catch (error) {
      if (tries === 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

async function usedMemory(port: number): Promise<number> {
  const socket = connect(port, '127.0.0.1');
  socket.write('INFO memory\r\n');
  let answer = '';
  for await (const chunk of socket) {
    answer += String(chunk);
    const found = /used_memory:(\d+)/.exec(answer)?.[1];
    if (found !== undefined) return Number(found);
  }
  throw new Error(`the server said ${answer}`);
}
