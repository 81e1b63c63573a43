import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../src/config/load.ts';
import type { Config } from '../../src/config/schema.ts';
import { createMetrics } from '../../src/observe/metrics.ts';
import { keyOf, type ReputationKey } from '../../src/reputation/key.ts';
import { openReputation } from '../../src/reputation/open.ts';
import type { Reputation } from '../../src/reputation/reputation.ts';
import { startRedis } from '../../test/system/servers/redis.ts';

/** Microseconds of one lookup: all keys of one message, in one question. */
export interface Spread {
  readonly median: number;
  readonly p5: number;
  readonly p95: number;
}

export interface Speed {
  readonly keysPerMessage: number;
  readonly entries: number;
  readonly hit: Spread;
  readonly sqliteMiss: Spread;
  /** Null where no redis-server is installed. */
  readonly redis: Spread | null;
}

/** Entries of other senders in the store: its tree has the depth that it has with a million, and SQLite's own cache (2 MB) holds few. */
const OTHERS = 400_000;
const BATCH = 2_000;
/** Lookups of one figure; the first tenth warms the code and is not counted. */
const LOOKUPS = 3_000;
const REDIS_SERVER = '/usr/bin/redis-server';
const ROOT = join(import.meta.dirname, '..', '..');

/**
 * What a lookup costs. Each message's keys were observed once before. A hit: all of them, known and unknown, are in the cache. A miss: the
 * cache is so small that it keeps nothing, so SQLite (its file in the system's cache, as it is on a gate that works) or Redis (one round
 * trip on loopback) is asked for every key. One lookup at a time; medians and the limits of nine in ten.
 */
export async function measureSpeed(asked: readonly (readonly ReputationKey[])[]): Promise<Speed> {
  const folder = await mkdtemp(join(tmpdir(), 'postern-speed-'));
  try {
    const { config } = loadConfig(join(ROOT, 'config/postern.yaml'), {});
    const sqlite = { ...config.reputation, file: join(folder, 'reputation.sqlite') };
    await fill(sqlite, asked);
    return {
      keysPerMessage: median(asked.map((keys) => keys.length)),
      entries: OTHERS,
      hit: await timed({ ...sqlite, cacheBytes: 512 * 1024 * 1024 }, asked, true),
      sqliteMiss: await timed({ ...sqlite, cacheBytes: 1 }, asked, false),
      redis: existsSync(REDIS_SERVER) ? await overRedis(folder, config.reputation, asked) : null,
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function overRedis(
  folder: string,
  settings: Config['reputation'],
  asked: readonly (readonly ReputationKey[])[],
): Promise<Spread> {
  const server = await startRedis({ directory: join(folder, 'redis') });
  try {
    const redis = {
      ...settings,
      store: 'redis',
      cacheBytes: 1,
      redis: { ...settings.redis, url: server.url, timeoutMs: 10_000 },
    } as const;
    await fill(redis, asked);
    return await timed(redis, asked, false);
  } finally {
    await server.stop();
  }
}

async function fill(
  settings: Config['reputation'],
  asked: readonly (readonly ReputationKey[])[],
): Promise<void> {
  const reputation = openReputation({ ...settings, cacheBytes: 1 }, createMetrics());
  const at = new Date();
  const learn = (keys: readonly ReputationKey[]) =>
    reputation.observe({ kind: 'decision', at, keys, verdict: 'accept', recipients: 1 });
  await ready(reputation);
  for (let first = 0; first < OTHERS; first += BATCH) {
    learn(Array.from({ length: BATCH }, (_, place) => other(first + place)).filter((key) => key !== null));
    await reputation.flush();
  }
  for (const [place, keys] of asked.entries()) {
    learn(keys);
    if (place % 100 === 0) await reputation.flush();
  }
  await reputation.close();
}

function other(number: number): ReputationKey | null {
  return keyOf(
    'pair',
    `sender-${number % 9973}@firm-${number}.example`,
    `person-${number % 997}@company.example`,
  );
}

/** A server that was started just now may not be connected yet. */
async function ready(reputation: Reputation): Promise<void> {
  const probe = keyOf('domain', 'probe.example');
  for (let tries = 0; probe !== null; tries += 1) {
    try {
      await reputation.lookup([probe], new Date());
      return;
    } catch (error) {
      if (tries === 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

async function timed(
  settings: Config['reputation'],
  asked: readonly (readonly ReputationKey[])[],
  warm: boolean,
): Promise<Spread> {
  const reputation = openReputation(settings, createMetrics());
  try {
    await ready(reputation);
    const at = new Date();
    const sample = asked.slice(-LOOKUPS);
    if (warm) for (const keys of sample) await reputation.lookup(keys, at);
    const took: number[] = [];
    for (let count = 0; count < LOOKUPS; count += 1) {
      const keys = sample[count % sample.length] ?? [];
      const from = performance.now();
      await reputation.lookup(keys, at);
      took.push((performance.now() - from) * 1_000);
    }
    return spread(took.slice(LOOKUPS / 10));
  } finally {
    await reputation.close();
  }
}

function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (part: number) => round(sorted[Math.floor(part * (sorted.length - 1))] ?? Number.NaN);
  return { median: at(0.5), p5: at(0.05), p95: at(0.95) };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
