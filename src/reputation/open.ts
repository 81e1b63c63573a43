import type { Config } from '../config/schema.ts';
import type { Metrics } from '../observe/metrics.ts';
import { halfLivesOf } from './fold.ts';
import { StoredReputation } from './remember.ts';
import type { Reputation } from './reputation.ts';
import { SqliteStore } from './sqlite-store.ts';
import type { CounterStore } from './store.ts';

/** The memory of senders that the configuration names. Throws where its file cannot be used, with the path and what to do. */
export function openReputation(
  config: Config['reputation'],
  metrics: Metrics,
  onFault: (fault: Error) => void = (fault) => process.emitWarning(fault),
): Reputation {
  const { cacheBytes, flushEntries, flushIntervalMs } = config;
  const halfLives = halfLivesOf(config);
  const store = openStore(config);
  return new StoredReputation({
    store,
    halfLives,
    cacheBytes,
    flushEntries,
    flushIntervalMs,
    metrics,
    onFault,
  });
}

/** The store alone, for those who look into it rather than ask it about a message. */
export function openStore(config: Config['reputation']): CounterStore {
  return new SqliteStore(config.file, halfLivesOf(config), config.maxEntries);
}
